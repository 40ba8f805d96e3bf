//! Tables for spreadsheets: CSV whose cells stay text.
//!
//! **Invariant:** no cell begins as a formula, whoever wrote what stands in it.

use crate::error::AppError;

/// What a spreadsheet would take for a formula, or for the next cell, is written as text.
pub(crate) fn safe(cell: &str) -> String {
    let begins_as_formula = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r']);
    if begins_as_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// One line of a table, its cells safe, without the line's end.
pub(crate) fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> Result<String, AppError> {
    let failed = || AppError::refused("error-system", vec![]);
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(cells.into_iter().map(|cell| safe(cell.as_ref()))).map_err(|_| failed())?;
    let bytes = writer.into_inner().map_err(|_| failed())?;
    let mut text = String::from_utf8(bytes).map_err(|_| failed())?;
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_begins_as_a_formula_is_written_as_text_and_the_rest_as_it_is() {
        for cell in ["=1+1", "+31", "-1", "@x", " =1", "\tx", "\rx", "\n=1"] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        for cell in ["", "12-2026-1-1", "a=b", "'s-Hertogenbosch"] {
            assert_eq!(safe(cell), cell);
        }
        assert_eq!(line(["a;b", "=c", "d\"e"]).unwrap(), "\"a;b\";'=c;\"d\"\"e\"");
    }
}
