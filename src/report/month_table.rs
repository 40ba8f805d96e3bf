//! The month table as CSV: semicolons, the language's decimals, the words of the screen where there is no number.

use viewmodel::{Cell, QualityTable, Texts};

use crate::ReportError;

fn word(cell: Cell, texts: &Texts) -> String {
    match cell {
        Cell::Number(n) => n.to_string(),
        Cell::Share(share) => texts.decimal(share, 4),
        Cell::Hidden => texts.get("cell-hidden"),
        Cell::TooFew => texts.get("cell-too-few"),
        Cell::Unripe => texts.get("cell-unripe"),
    }
}

/// The table as CSV in UTF-8, a line a month (`2026-09`), with its head line.
///
/// # Errors
/// When the writer refuses; cannot happen in memory.
pub fn month_table_csv(table: &QualityTable, texts: &Texts) -> Result<String, ReportError> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let heads = std::iter::once("ui-signal-month").chain(table.heads.iter().copied());
    writer.write_record(heads.map(|head| texts.get(head))).map_err(|_| ReportError::Table)?;
    for (year, month, cells) in &table.rows {
        let month = format!("{year}-{month:02}");
        let cells = cells.iter().map(|cell| word(*cell, texts));
        writer.write_record(std::iter::once(month).chain(cells)).map_err(|_| ReportError::Table)?;
    }
    let bytes = writer.into_inner().map_err(|_| ReportError::Table)?;
    String::from_utf8(bytes).map_err(|_| ReportError::Table)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use viewmodel::Language;

    use super::*;

    fn table() -> QualityTable {
        QualityTable {
            heads: vec!["quality-head-agreement", "quality-head-n"],
            rows: vec![
                (2026, 8, vec![Cell::Share(0.7931), Cell::Number(1462)]),
                (2026, 9, vec![Cell::TooFew, Cell::Hidden]),
                (2026, 10, vec![Cell::Unripe, Cell::Unripe]),
            ],
        }
    }

    #[test]
    fn the_file_has_the_screens_numbers_and_its_words_where_there_is_none() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let csv = month_table_csv(&table(), &texts).unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[0], format!("{};Akkoord;n", texts.get("ui-signal-month")));
        assert_eq!(lines[1], "2026-08;0,7931;1462");
        let words = ["cell-too-few", "cell-hidden", "cell-unripe"].map(|key| texts.get(key));
        assert_eq!(lines[2], format!("2026-09;{};{}", words[0], words[1]));
        assert_eq!(lines[3], format!("2026-10;{0};{0}", words[2]));
        assert!(words.iter().all(|word| !word.starts_with("cell-")), "each word has its text");
    }

    #[test]
    fn the_language_writes_its_own_decimals() {
        let csv = month_table_csv(&table(), &Texts::load(Language::English).unwrap()).unwrap();
        assert!(csv.contains("2026-08;0.7931;1462"), "{csv}");
    }
}
