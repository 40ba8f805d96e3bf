//! View models to files: the figures of *Kwaliteit* as a CSV table and as an SVG drawing; the recovery kit's and
//! personal sheets as PDF; of a connection its sheet and sign-off as PDF, its test script as PDF and as Markdown; reflections for a portfolio as tagged PDF.
//!
//! **Invariant:** a file says what the screen says: nothing is computed, rounded or brought to light here.
//! **Not here:** other PDF and XLSX (later work); who may have the figures (`app` makes the view model).

mod connection_sheet;
mod kit_sheet;
mod letters;
mod month_table;
mod paper;
mod personal_sheet;
mod portfolio;
mod tagged;
mod test_script;

pub use chart::{Palette, SvgError, control_chart_svg as month_chart_svg};
pub use connection_sheet::{connection_sheet_pdf, sign_off_pdf};
pub use kit_sheet::kit_sheet_pdf;
pub use letters::letters_pdf;
pub use month_table::month_table_csv;
pub use personal_sheet::personal_sheet_pdf;
pub use portfolio::portfolio_pdf;
pub use test_script::{test_script_markdown, test_script_pdf};

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The table could not be written.
    #[error("the table could not be written as CSV")]
    Table,
    /// The program's own font does not read.
    #[error("the font does not read")]
    Font,
    /// The font has no glyph for a character.
    #[error("the font has no glyph for a character of the text")]
    Character,
    /// The QR code could not be made.
    #[error("the QR code could not be made")]
    Code,
    /// The page could not be written.
    #[error("the page could not be written as PDF")]
    Paper,
}
