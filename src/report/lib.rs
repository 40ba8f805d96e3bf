//! View models to files: the figures of *Kwaliteit* as a CSV table and as an SVG drawing.
//!
//! **Invariant:** a file says what the screen says: nothing is computed, rounded or brought to light here.
//! **Not here:** PDF and XLSX (later work); who may have the figures (`app` makes the view model).

mod month_table;

pub use chart::{Palette, SvgError, control_chart_svg as month_chart_svg};
pub use month_table::{ReportError, month_table_csv};
