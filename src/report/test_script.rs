//! The test script of a connection as PDF, with boxes for a tick and for initials, and as Markdown.
//!
//! **Invariant:** both say the same, in the same order; a case is never broken over two pages of paper.

use std::fmt::Write;

use viewmodel::{ScriptCase, ScriptRow, TestScript};

use crate::{
    ReportError,
    paper::{Faces, HEIGHT, Paper, WIDTH, Weight, pages},
};

const MARGIN: f32 = 42.5; // 15 mm
const WIDE: f32 = WIDTH - 2.0 * MARGIN;
const BOTTOM: f32 = HEIGHT - MARGIN - 16.0;
const TEXT: f32 = 8.5;
const LINE: f32 = TEXT * 1.35;
const PAD: f32 = 4.0;
/// Widths of the columns: role, must be seen, must not, tick, initials.
const COLUMNS: [f32; 5] = [126.0, 186.0, 122.0, 28.0, WIDE - 462.0];
const BOX: f32 = 11.0;

/// What stands on a page, placed.
enum Item {
    Text {
        at: (f32, f32),
        size: f32,
        weight: Weight,
        text: String,
    },
    /// A rule: its upper left corner, width and height.
    Bar {
        at: (f32, f32),
        size: (f32, f32),
    },
}

/// The script as a PDF file.
///
/// # Errors
/// When the font has no glyph of a text.
pub fn test_script_pdf(script: &TestScript, language: &str) -> Result<Vec<u8>, ReportError> {
    let mut layout = Layout { faces: Faces::load()?, pages: vec![Vec::new()], y: MARGIN + 16.0 };
    layout.paragraph(20.0, Weight::Bold, &script.title, 8.0)?;
    for paragraph in &script.introduction {
        layout.paragraph(10.0, Weight::Regular, paragraph, 4.0)?;
    }
    for case in &script.cases {
        layout.case(case, &script.heads)?;
    }
    layout.sign_off(script)?;
    let number = layout.pages.len();
    for (page, items) in (1..).zip(&mut layout.pages) {
        let text = format!("{page} / {number}");
        items.push(Item::Text {
            at: (WIDTH - MARGIN - 30.0, HEIGHT - MARGIN + 8.0),
            size: TEXT,
            weight: Weight::Regular,
            text,
        });
    }
    pages(script.title.clone(), language, &layout.pages, |paper, items| {
        items.iter().try_for_each(|item| draw(paper, item))
    })
}

fn draw(paper: &mut Paper<'_>, item: &Item) -> Result<(), ReportError> {
    match item {
        Item::Text { at, size, weight, text } => paper.line(*at, *size, *weight, text),
        Item::Bar { at, size } => paper.bar(*at, *size),
    }
}

struct Layout {
    faces: Faces,
    pages: Vec<Vec<Item>>,
    y: f32,
}

/// A cell's lines.
struct Cell {
    weight: Weight,
    lines: Vec<String>,
}

impl Layout {
    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    fn text(&mut self, at: (f32, f32), size: f32, weight: Weight, text: String) {
        self.put(Item::Text { at, size, weight, text });
    }

    /// Begins a page where so much does not fit on this one.
    fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = MARGIN + 10.0;
        }
    }

    fn paragraph(&mut self, size: f32, weight: Weight, text: &str, after: f32) -> Result<(), ReportError> {
        for line in self.faces.wrapped(text, WIDE, size, weight)? {
            self.room(size);
            self.text((MARGIN, self.y), size, weight, line);
            self.y += size * 1.35;
        }
        self.y += after;
        Ok(())
    }

    fn cell(&self, column: usize, weight: Weight, texts: &[String]) -> Result<Cell, ReportError> {
        let mut lines = Vec::new();
        for text in texts {
            lines.extend(self.faces.wrapped(text, COLUMNS[column] - 2.0 * PAD, TEXT, weight)?);
        }
        Ok(Cell { weight, lines })
    }

    fn row(&self, row: &ScriptRow) -> Result<Vec<Cell>, ReportError> {
        Ok(vec![
            self.cell(0, Weight::Bold, std::slice::from_ref(&row.role))?,
            self.cell(1, Weight::Regular, &row.seen)?,
            self.cell(2, Weight::Regular, &row.unseen)?,
        ])
    }

    fn case(&mut self, case: &ScriptCase, heads: &[String; 5]) -> Result<(), ReportError> {
        let head = (0..5).map(|column| self.cell(column, Weight::Bold, &heads[column..=column]));
        let head: Vec<Cell> = head.collect::<Result<_, _>>()?;
        let rows: Vec<Vec<Cell>> = case.rows.iter().map(|row| self.row(row)).collect::<Result<_, _>>()?;
        let message = self.faces.wrapped(&case.message, WIDE, TEXT, Weight::Regular)?;
        let table: f32 = std::iter::once(&head).chain(&rows).map(|cells| height(cells)).sum();
        self.room(24.0 + 18.0 + message.len() as f32 * LINE + 6.0 + table);
        self.y += 24.0;
        self.text((MARGIN, self.y), 12.0, Weight::Bold, case.title.clone());
        self.y += 14.0;
        for line in message {
            self.text((MARGIN, self.y), TEXT, Weight::Regular, line);
            self.y += LINE;
        }
        self.y -= LINE - 6.0;
        self.rule();
        self.cells(head, false);
        for cells in rows {
            self.cells(cells, true);
        }
        Ok(())
    }

    fn rule(&mut self) {
        self.put(Item::Bar { at: (MARGIN, self.y), size: (WIDE, 0.5) });
    }

    /// One row of the table, with a box for the tick and room for initials where it is a role's.
    fn cells(&mut self, cells: Vec<Cell>, is_role: bool) {
        let (top, high) = (self.y, height(&cells));
        let mut x = MARGIN;
        for (cell, width) in cells.into_iter().zip(COLUMNS) {
            let mut y = top + PAD + TEXT;
            for line in cell.lines {
                self.text((x + PAD, y), TEXT, cell.weight, line);
                y += LINE;
            }
            x += width;
        }
        if is_role {
            let tick = MARGIN + COLUMNS[0] + COLUMNS[1] + COLUMNS[2] + PAD;
            self.square((tick, top + PAD));
        }
        self.y = top + high;
        self.rule();
        let mut edge = MARGIN;
        for width in [0.0].into_iter().chain(COLUMNS) {
            edge += width;
            self.put(Item::Bar { at: (edge, top), size: (0.5, high) });
        }
    }

    fn square(&mut self, (x, y): (f32, f32)) {
        for (at, size) in
            [((x, y), (BOX, 0.7)), ((x, y + BOX), (BOX + 0.7, 0.7)), ((x, y), (0.7, BOX)), ((x + BOX, y), (0.7, BOX))]
        {
            self.put(Item::Bar { at, size });
        }
    }

    fn sign_off(&mut self, script: &TestScript) -> Result<(), ReportError> {
        self.room(50.0 + 34.0 * script.sign_lines.len() as f32);
        self.y += 32.0;
        self.paragraph(12.0, Weight::Bold, &script.sign_off, 8.0)?;
        for line in &script.sign_lines {
            self.y += 20.0;
            self.text((MARGIN, self.y), 10.0, Weight::Regular, line.clone());
            self.put(Item::Bar { at: (MARGIN + 190.0, self.y + 2.0), size: (WIDE - 190.0, 0.5) });
            self.y += 8.0;
        }
        Ok(())
    }
}

fn height(cells: &[Cell]) -> f32 {
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
    (lines as f32 * LINE + 2.0 * PAD).max(BOX + 2.0 * PAD)
}

/// The script as Markdown, a table a case.
#[must_use]
pub fn test_script_markdown(script: &TestScript) -> String {
    let mut text = format!("# {}\n", plain(&script.title));
    for paragraph in &script.introduction {
        let _ = write!(text, "\n{}\n", plain(paragraph));
    }
    for ScriptCase { title, message, rows } in &script.cases {
        let heads = script.heads.iter().map(|head| plain(head)).collect::<Vec<_>>().join(" | ");
        let _ = write!(text, "\n## {}\n\n{}\n\n| {heads} |\n|---|---|---|---|---|\n", plain(title), plain(message));
        for ScriptRow { role, seen, unseen } in rows {
            let lines = |of: &[String]| of.iter().map(|line| plain(line)).collect::<Vec<_>>().join("<br>");
            let _ = writeln!(text, "| {} | {} | {} | ☐ | |", plain(role), lines(seen), lines(unseen));
        }
    }
    let _ = write!(text, "\n## {}\n\n", plain(&script.sign_off));
    for line in &script.sign_lines {
        let _ = writeln!(text, "- {}: ____________________", plain(line));
    }
    text
}

/// Text that no reader of Markdown takes for markup.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '|' | '*' | '_' | '`' | '<' | '[' | '\\') {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn script(cases: usize) -> TestScript {
        let row = |role: &str| ScriptRow {
            role: role.into(),
            seen: vec![
                "De regel “12-2026-990001-1” staat er; en nog een zin die over de rand van de kolom gaat.".into(),
            ],
            unseen: vec!["“a|b”".into()],
        };
        let case = |number: usize| ScriptCase {
            title: format!("{number}. Geval"),
            message: format!("{number:02}-geval.xml"),
            rows: ["Administratie", "Professional", "Manager", "Beheerder", "Officer"].map(row).into(),
        };
        TestScript {
            title: "Testscript".into(),
            introduction: vec!["Vooraf.".into()],
            heads: ["Rol", "Wel", "Niet", "OK", "Paraaf"].map(str::to_owned),
            cases: (1..=cases).map(case).collect(),
            sign_off: "Aftekenen".into(),
            sign_lines: vec!["Namens het ziekenhuis".into()],
        }
    }

    #[test]
    fn many_cases_go_over_several_pages() {
        let count = |cases| {
            let pdf = test_script_pdf(&script(cases), "nl-NL").unwrap();
            let text = String::from_utf8_lossy(&pdf).into_owned();
            let at = text.find("/Count ").unwrap();
            text[at + 7..].chars().take_while(char::is_ascii_digit).collect::<String>().parse::<usize>().unwrap()
        };
        assert!(count(1) == 1 && count(26) > 5);
    }

    #[test]
    fn markdown_has_a_row_for_each_role_and_no_text_becomes_markup() {
        let text = test_script_markdown(&script(3));
        assert_eq!(text.matches("| ☐ | |").count(), 15);
        assert!(text.contains("“a\\|b”") && text.contains("## 3. Geval"), "{text}");
    }
}
