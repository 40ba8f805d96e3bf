//! A document of several pages that a screen reader reads in order: headings and paragraphs, tagged, after PDF/UA-1 (ISO 14289-1).
//!
//! **Invariant:** what stands on a page is in the tree of tags, or is marked as no part of the text.
//! **Not here:** what the document says.

use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::Point,
    metadata::Metadata,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagTree},
};

use crate::{
    ReportError,
    paper::{Faces, HEIGHT, Paper, WIDTH, Weight},
};

const MARGIN: f32 = 56.7; // 20 mm
const WIDE: f32 = WIDTH - 2.0 * MARGIN;
const BOTTOM: f32 = HEIGHT - MARGIN;
const FOOT: f32 = HEIGHT - MARGIN / 2.0;
const SMALL: f32 = 9.0;
const LEADING: f32 = 1.45;

/// What a block is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The document's title.
    Title,
    /// The head of a section.
    Heading,
    /// A paragraph.
    Text,
    /// One of less weight: facts beside a heading.
    Fact,
}

impl Kind {
    fn looks(self) -> (f32, Weight) {
        match self {
            Self::Title => (20.0, Weight::Bold),
            Self::Heading => (13.0, Weight::Bold),
            Self::Text => (11.0, Weight::Regular),
            Self::Fact => (10.0, Weight::Regular),
        }
    }

    fn level(self) -> Option<NonZeroU16> {
        match self {
            Self::Title => NonZeroU16::new(1),
            Self::Heading => NonZeroU16::new(2),
            Self::Text | Self::Fact => None,
        }
    }
}

struct Line {
    block: usize,
    y: f32,
    text: String,
}

struct Block {
    kind: Kind,
    title: String,
    /// Where it begins: its page, and the height there.
    begins: (usize, f32),
}

/// The document while it is laid out.
pub(crate) struct Tagged {
    faces: Faces,
    blocks: Vec<Block>,
    pages: Vec<Vec<Line>>,
    y: f32,
}

impl Tagged {
    pub(crate) fn new() -> Result<Self, ReportError> {
        Ok(Self { faces: Faces::load()?, blocks: Vec::new(), pages: vec![Vec::new()], y: MARGIN })
    }

    /// A text as the font can write it, and whether that is all of it.
    pub(crate) fn writable(&self, text: &str) -> Result<(String, bool), ReportError> {
        self.faces.writable(text)
    }

    /// Air before what follows.
    pub(crate) fn space(&mut self, air: f32) {
        self.y += air;
    }

    /// A block, with air under it. A heading keeps room for the lines that follow it.
    pub(crate) fn block(&mut self, kind: Kind, text: &str, after: f32) -> Result<(), ReportError> {
        let (size, weight) = kind.looks();
        let lines = self.faces.wrapped_anywhere(text, WIDE, size, weight)?;
        let follows = if kind == Kind::Heading { 4.0 * size * LEADING } else { 0.0 };
        let (block, last) = (self.blocks.len(), lines.len().saturating_sub(1));
        for (at, mut line) in lines.into_iter().enumerate() {
            if self.y + size * LEADING + follows > BOTTOM {
                self.pages.push(Vec::new());
                self.y = MARGIN;
            }
            let page = self.pages.len() - 1;
            if at == 0 {
                self.blocks.push(Block { kind, title: text.to_owned(), begins: (page, self.y) });
            }
            if at < last {
                // Words are apart by a blank also where a line ends.
                line.push(' ');
            }
            self.y += size * LEADING;
            let y = self.y - size * (LEADING - 1.0);
            if let Some(page) = self.pages.last_mut() {
                page.push(Line { block, y, text: line });
            }
        }
        self.y += after;
        Ok(())
    }

    /// The document as a PDF file; `foot` gives what stands under a page, of its number and how many there are.
    pub(crate) fn finish(
        self,
        (title, language): (String, &str),
        author: &str,
        foot: impl Fn(usize, usize) -> String,
    ) -> Result<Vec<u8>, ReportError> {
        let Self { faces, blocks, pages, .. } = self;
        let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
        let configuration = configuration.map_err(|_| ReportError::Paper)?;
        let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        let author = vec![author.to_owned()];
        document.set_metadata(Metadata::new().title(title).language(language.to_owned()).authors(author));
        let mut groups: Vec<TagGroup> = blocks.iter().map(group).collect();
        let all = pages.len();
        for (number, lines) in (1..).zip(&pages) {
            let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(ReportError::Paper)?;
            let mut page = document.start_page_with(size);
            let mut paper = Paper::on(page.surface(), faces.clone());
            for Line { block, y, text } in lines {
                let (size, weight) = blocks[*block].kind.looks();
                let written = paper.tagged(ContentTag::Span(SpanTag::empty()), (MARGIN, *y), (size, weight), text)?;
                groups[*block].push(written);
            }
            let artifact = ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber));
            paper.tagged(artifact, (MARGIN, FOOT), (SMALL, Weight::Regular), &foot(number, all))?;
            drop(paper);
            page.finish();
        }
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        groups.into_iter().for_each(|group| tree.push(group));
        document.set_tag_tree(tree);
        document.set_outline(outline(&blocks));
        document.finish().map_err(|_| ReportError::Paper)
    }
}

fn group(block: &Block) -> TagGroup {
    match block.kind.level() {
        Some(level) => TagGroup::new(Tag::Hn(level, Some(block.title.clone()))),
        None => TagGroup::new(Tag::P),
    }
}

fn outline(blocks: &[Block]) -> Outline {
    let mut outline = Outline::new();
    for block in blocks.iter().filter(|block| block.kind.level().is_some()) {
        let (page, y) = block.begins;
        let to = XyzDestination::new(page, Point::from_xy(MARGIN, y));
        outline.push_child(OutlineNode::new(block.title.clone(), to));
    }
    outline
}
