//! viewmodel
