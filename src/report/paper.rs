//! One page of A4 as PDF: text in the program's own font, placed and wrapped by its real widths, and a QR code as one path.
//!
//! **Not here:** what stands on a page.

use krilla::{
    Data, Document,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{ContentTag, Identifier},
    text::{Font, GlyphId, KrillaGlyph},
};
use qrcode::{Color, EcLevel, QrCode};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};

use crate::ReportError;

/// Width of A4 in points: 210 mm.
pub(crate) const WIDTH: f32 = 595.276;
/// Height of A4 in points: 297 mm.
pub(crate) const HEIGHT: f32 = 841.89;
// Distance of lines, in heights of the text.
const LEADING: f32 = 1.4;
// In place of a sign that the font does not have: it has this one.
const UNKNOWN: char = '\u{25a1}';

/// Which cut of the font.
#[derive(Clone, Copy)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

#[derive(Clone)]
struct Face {
    font: Font,
    bytes: &'static [u8],
}

impl Face {
    fn of(bytes: &'static [u8]) -> Result<Self, ReportError> {
        let font = Font::new(Data::from(bytes), 0).ok_or(ReportError::Font)?;
        Ok(Self { font, bytes })
    }

    /// The glyphs of a line, with their advances in parts of the text's height.
    fn glyphs(&self, text: &str) -> Result<Vec<KrillaGlyph>, ReportError> {
        let font = FontRef::new(self.bytes).map_err(|_| ReportError::Font)?;
        let (map, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
        let glyph = |(at, character): (usize, char)| {
            let id = map.map(character).ok_or(ReportError::Character)?;
            let advance = metrics.advance_width(id).unwrap_or_default();
            let range = at..at + character.len_utf8();
            Ok(KrillaGlyph::new(GlyphId::new(id.to_u32()), advance, 0.0, 0.0, 0.0, range, None))
        };
        text.char_indices().map(glyph).collect()
    }

    fn width(&self, text: &str, size: f32) -> Result<f32, ReportError> {
        Ok(self.glyphs(text)?.iter().map(|glyph| glyph.x_advance).sum::<f32>() * size)
    }
}

/// Both cuts of the font: what a text needs can be known before it is drawn.
#[derive(Clone)]
pub(crate) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    pub(crate) fn load() -> Result<Self, ReportError> {
        Ok(Self { regular: Face::of(notosans::REGULAR_TTF)?, bold: Face::of(notosans::BOLD_TTF)? })
    }

    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The lines of a paragraph within `width`. A word that is wider than that stands on a line of its own.
    pub(crate) fn wrapped(
        &self,
        text: &str,
        width: f32,
        size: f32,
        weight: Weight,
    ) -> Result<Vec<String>, ReportError> {
        let (mut lines, mut line) = (Vec::new(), String::new());
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if !line.is_empty() && self.face(weight).width(&longer, size)? > width {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            } else {
                line = longer;
            }
        }
        lines.push(line);
        Ok(lines)
    }

    /// The same, where a word that is wider than a line goes over several.
    pub(crate) fn wrapped_anywhere(
        &self,
        text: &str,
        width: f32,
        size: f32,
        weight: Weight,
    ) -> Result<Vec<String>, ReportError> {
        let mut lines = Vec::new();
        for line in self.wrapped(text, width, size, weight)? {
            if self.face(weight).width(&line, size)? <= width {
                lines.push(line);
                continue;
            }
            let mut part = String::new();
            for character in line.chars() {
                part.push(character);
                if self.face(weight).width(&part, size)? > width {
                    part.pop();
                    lines.push(std::mem::replace(&mut part, character.to_string()));
                }
            }
            lines.push(part);
        }
        Ok(lines)
    }

    /// A text with a mark for each sign that the font does not have, and blanks as one kind; whether that is all of it.
    pub(crate) fn writable(&self, text: &str) -> Result<(String, bool), ReportError> {
        let font = FontRef::new(self.regular.bytes).map_err(|_| ReportError::Font)?;
        let map = font.charmap();
        let mut whole = true;
        let mut written = String::with_capacity(text.len());
        for character in text.chars() {
            written.push(match character {
                blank if blank.is_whitespace() => ' ',
                known if !known.is_control() && map.map(known).is_some() => known,
                _ => {
                    whole = false;
                    UNKNOWN
                }
            });
        }
        Ok((written, whole))
    }
}

/// What one page is drawn with.
pub(crate) struct Paper<'a> {
    surface: Surface<'a>,
    faces: Faces,
}

/// Draws one page and gives it as a PDF file.
pub(crate) fn page(
    title: String,
    language: &str,
    draw: impl Fn(&mut Paper<'_>) -> Result<(), ReportError>,
) -> Result<Vec<u8>, ReportError> {
    pages(title, language, &[()], |paper, ()| draw(paper))
}

/// Draws a page for each and gives them as one PDF file.
pub(crate) fn pages<T>(
    title: String,
    language: &str,
    each: &[T],
    draw: impl Fn(&mut Paper<'_>, &T) -> Result<(), ReportError>,
) -> Result<Vec<u8>, ReportError> {
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title).language(language.to_owned()));
    let faces = Faces::load()?;
    for one in each {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(ReportError::Paper)?;
        let mut page = document.start_page_with(size);
        draw(&mut Paper::on(page.surface(), faces.clone()), one)?;
        page.finish();
    }
    document.finish().map_err(|_| ReportError::Paper)
}

impl<'a> Paper<'a> {
    /// A page's surface, to be drawn on in black.
    pub(crate) fn on(mut surface: Surface<'a>, faces: Faces) -> Self {
        surface.set_fill(Some(Fill::default()));
        Self { surface, faces }
    }
}

impl Paper<'_> {
    /// One line of text under a tag of its own; gives what the tree of tags names it by.
    pub(crate) fn tagged(
        &mut self,
        tag: ContentTag<'_>,
        at: (f32, f32),
        (size, weight): (f32, Weight),
        text: &str,
    ) -> Result<Identifier, ReportError> {
        let name = self.surface.start_tagged(tag);
        let drawn = self.line(at, size, weight, text);
        self.surface.end_tagged();
        drawn.map(|()| name)
    }

    /// One line of text with its base line at `y`.
    pub(crate) fn line(
        &mut self,
        (x, y): (f32, f32),
        size: f32,
        weight: Weight,
        text: &str,
    ) -> Result<(), ReportError> {
        let face = self.faces.face(weight);
        let (glyphs, font) = (face.glyphs(text)?, face.font.clone());
        self.surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font, text, size, false);
        Ok(())
    }

    /// A paragraph within `width`, its first base line at `y`; gives the base line of what follows.
    pub(crate) fn paragraph(
        &mut self,
        (x, mut y): (f32, f32),
        width: f32,
        size: f32,
        weight: Weight,
        text: &str,
    ) -> Result<f32, ReportError> {
        for line in self.faces.wrapped(text, width, size, weight)? {
            self.line((x, y), size, weight, &line)?;
            y += size * LEADING;
        }
        Ok(y)
    }

    /// A bar: its upper left corner, and its width and height.
    pub(crate) fn bar(&mut self, (x, y): (f32, f32), (width, height): (f32, f32)) -> Result<(), ReportError> {
        let mut path = PathBuilder::new();
        path.push_rect(Rect::from_xywh(x, y, width, height).ok_or(ReportError::Paper)?);
        self.surface.draw_path(&path.finish().ok_or(ReportError::Paper)?);
        Ok(())
    }

    /// A QR code of a text as one path in a square with its upper left corner at `(x, y)`, its quiet zone of four modules in it.
    pub(crate) fn qr_code(&mut self, (x, y): (f32, f32), side: f32, text: &str) -> Result<(), ReportError> {
        const QUIET: u16 = 4;
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| ReportError::Code)?;
        let modules = u16::try_from(code.width()).map_err(|_| ReportError::Code)?;
        let module = side / f32::from(modules + 2 * QUIET);
        let colors = code.to_colors();
        let mut path = PathBuilder::new();
        for (row, line) in (0_u16..).zip(colors.chunks(usize::from(modules))) {
            for (column, _) in (0_u16..).zip(line).filter(|(_, color)| **color == Color::Dark) {
                let corner = |n: u16| f32::from(n + QUIET) * module;
                let square = Rect::from_xywh(x + corner(column), y + corner(row), module, module);
                path.push_rect(square.ok_or(ReportError::Code)?);
            }
        }
        self.surface.draw_path(&path.finish().ok_or(ReportError::Code)?);
        Ok(())
    }
}
