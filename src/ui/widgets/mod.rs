//! What screens are made of: one file per kind of thing, after look/LOOK.md §6.
//!
//! **Invariant:** a widget knows no screen and no role; each has an accessible name.
//! **Not here:** texts (they come in as arguments), colours (`theme`).

pub mod brand;
pub mod button;
pub mod cap;
pub mod choice;
pub mod facts;
pub mod field;
pub mod focus;
pub mod list;
pub mod page;
pub mod said;
pub mod surface;
pub mod table;
pub mod text;
pub mod tick;
