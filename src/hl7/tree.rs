//! A parsed message: its elements in document order, so that what is below one is a range, and the text they point into.
//!
//! **Invariant:** names, values and text stand in the message's own text, or in a second one where they had to be put together, which is
//! zeroised when the tree is dropped. An element costs 52 bytes at most, an attribute 16, so memory is bounded by [`crate::Limits`].
//! **Not here:** making one (`xml`).

use std::ops::Range;

use zeroize::Zeroizing;

use crate::text::append;

/// `xsi:type`, whatever its prefix in the message.
pub(crate) const XSI_TYPE: &str = "xsi:type";
/// `mustUnderstand` of SOAP, whatever its prefix.
pub(crate) const MUST_UNDERSTAND: &str = "soap:mustUnderstand";

/// What stands in an element.
pub(crate) enum Content<'t> {
    Element(usize),
    /// Text that has words.
    Text(&'t str),
    /// White space alone.
    Space,
}

/// The namespaces that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    Hl7,
    Soap11,
    Soap12,
    Other,
}

/// Bytes of the message's text; behind its end, of what was put together.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

/// A name in short: names that differ here differ. Quicker than comparing them, which comes after.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key(u32);

impl Key {
    #[inline]
    fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return Self(0) };
        let middle = bytes[bytes.len() / 2];
        Self(u32::from_le_bytes([bytes.len() as u8, *first, middle, *last]))
    }
}

/// An element.
pub(crate) struct Node {
    name: Span,
    key: Key,
    pub(crate) namespace: Namespace,
    /// The root's own is the root.
    parent: u32,
    /// Index after the last element below this one.
    end: u32,
    /// Its attributes among the tree's.
    attributes: Range<u32>,
    /// Its content among the tree's, the content of the elements in it included.
    pieces: Range<u32>,
}

enum Piece {
    Element(u32),
    Text(Span),
    Space,
}

/// A parsed message.
pub(crate) struct Tree<'t> {
    text: &'t str,
    elements: Elements,
}

struct Elements {
    nodes: Vec<Node>,
    /// Names and values.
    attributes: Vec<(Span, Span)>,
    pieces: Vec<Piece>,
    /// What does not stand in the message as it is read: values with a reference in them, text in several parts.
    together: Zeroizing<String>,
}

/// Places fit in 32 bits: a message has 16 MiB at most, and nothing is longer than it.
fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn long(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

impl Tree<'_> {
    fn str(&self, span: Span) -> &str {
        let (start, end, own) = (span.start as usize, span.end as usize, self.text.len());
        match start.checked_sub(own) {
            None => &self.text[start..end],
            Some(start) => &self.elements.together[start..end - own],
        }
    }

    /// Whether no element began.
    pub(crate) fn is_empty(&self) -> bool {
        self.elements.nodes.is_empty()
    }

    #[inline]
    pub(crate) fn node(&self, index: usize) -> &Node {
        &self.elements.nodes[index]
    }

    /// An element's name without a prefix.
    #[inline]
    pub(crate) fn name(&self, index: usize) -> &str {
        self.str(self.node(index).name)
    }

    /// What stands in an element, in order.
    pub(crate) fn content(&self, index: usize) -> impl Iterator<Item = Content<'_>> + '_ {
        let mut range = long(&self.node(index).pieces);
        std::iter::from_fn(move || {
            let place = range.next()?;
            Some(match self.elements.pieces[place] {
                Piece::Element(child) => {
                    range.start = self.node(child as usize).pieces.end as usize;
                    Content::Element(child as usize)
                }
                Piece::Text(span) => Content::Text(self.str(span)),
                Piece::Space => Content::Space,
            })
        })
    }

    /// The text of an element that holds nothing else.
    pub(crate) fn only_text(&self, index: usize) -> Option<&str> {
        let [Piece::Text(only)] = &self.elements.pieces[long(&self.node(index).pieces)] else { return None };
        Some(self.str(*only))
    }

    #[inline]
    pub(crate) fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.below(index).end;
        let next = move |at: usize| (at < end).then_some(at);
        std::iter::successors(next(index + 1), move |at| next(self.below(*at).end))
    }

    /// Children of a name, in HL7's namespace.
    #[inline]
    pub(crate) fn named<'a>(&'a self, index: usize, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let key = Key::of(name);
        self.children(index).filter(move |c| self.is_keyed(*c, key, name))
    }

    #[inline]
    pub(crate) fn is(&self, index: usize, name: &str) -> bool {
        self.is_keyed(index, Key::of(name), name)
    }

    #[inline]
    fn is_keyed(&self, index: usize, key: Key, name: &str) -> bool {
        let node = self.node(index);
        node.key == key && node.namespace == Namespace::Hl7 && self.str(node.name) == name
    }

    /// All elements on a path of names below an element.
    pub(crate) fn path(&self, index: usize, names: &[&str]) -> Vec<usize> {
        let mut found = Vec::new();
        self.follow(index, names, &mut found);
        found
    }

    fn follow(&self, index: usize, names: &[&str], found: &mut Vec<usize>) {
        match names {
            [] => found.push(index),
            [name, rest @ ..] => self.named(index, name).for_each(|child| self.follow(child, rest, found)),
        }
    }

    /// The first element on a path of names below an element.
    pub(crate) fn first(&self, index: usize, names: &[&str]) -> Option<usize> {
        match names {
            [] => Some(index),
            [name, rest @ ..] => self.named(index, name).find_map(|child| self.first(child, rest)),
        }
    }

    /// The value of an attribute without a prefix, or of [`XSI_TYPE`] and [`MUST_UNDERSTAND`].
    #[inline]
    pub(crate) fn attribute(&self, index: usize, name: &str) -> Option<&str> {
        let attributes = &self.elements.attributes[long(&self.node(index).attributes)];
        attributes.iter().find(|(n, _)| self.str(*n) == name).map(|(_, value)| self.str(*value))
    }

    /// The attributes of an element, in order: names as [`Tree::attribute`] knows them, and values.
    pub(crate) fn attributes(&self, index: usize) -> impl Iterator<Item = (&str, &str)> + '_ {
        let attributes = &self.elements.attributes[long(&self.node(index).attributes)];
        attributes.iter().map(|(name, value)| (self.str(*name), self.str(*value)))
    }

    /// Whether an element stands in HL7's namespace.
    pub(crate) fn is_of_hl7(&self, index: usize) -> bool {
        self.node(index).namespace == Namespace::Hl7
    }

    /// An attribute without the white space round it; `None` where nothing is left.
    #[inline]
    pub(crate) fn trimmed(&self, index: usize, name: &str) -> Option<&str> {
        self.attribute(index, name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The data type an element gives itself: `CD` of `xsi:type="hl7:CD"`.
    pub(crate) fn data_type(&self, index: usize) -> Option<&str> {
        self.trimmed(index, XSI_TYPE).map(|t| t.rsplit_once(':').map_or(t, |(_, local)| local))
    }

    /// Whether an element's content is a file in base 64: never read as text.
    pub(crate) fn is_base_64(&self, index: usize) -> bool {
        self.trimmed(index, "representation") == Some("B64")
    }

    /// The elements below one, in document order, the element itself first.
    #[inline]
    pub(crate) fn below(&self, index: usize) -> Range<usize> {
        index..self.node(index).end as usize
    }

    /// The element round one.
    #[inline]
    pub(crate) fn parent(&self, index: usize) -> Option<usize> {
        (index > 0).then(|| self.node(index).parent as usize)
    }

    /// The elements round one, from the nearest.
    pub(crate) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.parent(index), |at| self.parent(*at))
    }

    /// Whether an element holds anything but white space and empty elements.
    pub(crate) fn has_words(&self, index: usize) -> bool {
        let pieces = &self.elements.pieces[long(&self.node(index).pieces)];
        pieces.iter().any(|piece| matches!(piece, Piece::Text(_)))
    }
}

/// Whether there is white space alone.
pub(crate) fn is_white(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')) || text.trim().is_empty()
}

/// How often `<` stands in a text. In parts that a byte can count, which is quick.
fn tags(text: &str) -> usize {
    let of_part = |part: &[u8]| part.iter().fold(0u8, |count, b| count + u8::from(*b == b'<'));
    text.as_bytes().chunks(usize::from(u8::MAX)).map(|part| usize::from(of_part(part))).sum()
}

/// A tree in the making.
pub(crate) struct Growing<'t> {
    text: &'t str,
    elements: Elements,
    /// The last piece is of the element that is open.
    goes_on: bool,
}

impl<'t> Growing<'t> {
    /// Of a message that may have so many elements.
    pub(crate) fn new(text: &'t str, elements_max: usize) -> Self {
        // As many as there are tags at most: what grows doubles, and would take more than it needs.
        let tags = tags(text).min(elements_max);
        let elements = Elements {
            nodes: Vec::with_capacity(tags),
            attributes: Vec::with_capacity(tags),
            pieces: Vec::with_capacity(tags),
            together: Zeroizing::default(),
        };
        Self { text, elements, goes_on: false }
    }

    /// Elements until now.
    pub(crate) fn len(&self) -> usize {
        self.elements.nodes.len()
    }

    /// Attributes until now.
    pub(crate) fn attributes_len(&self) -> usize {
        self.elements.attributes.len()
    }

    /// Where a piece stands in the message; of what does not, a copy is kept.
    fn span(&mut self, piece: &str) -> Span {
        let start = (piece.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if self.text.get(start..).is_some_and(|rest| rest.len() >= piece.len()) {
            return Span { start: short(start), end: short(start + piece.len()) };
        }
        let start = self.text.len() + self.elements.together.len();
        append(&mut self.elements.together, piece);
        Span { start: short(start), end: short(start + piece.len()) }
    }

    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        let attribute = (self.span(name), self.span(value));
        self.elements.attributes.push(attribute);
    }

    /// Whether, of the attributes that came since so many, two have one name.
    pub(crate) fn has_twice(&self, before: usize) -> bool {
        let names = self.elements.attributes.get(before..).unwrap_or_default();
        let name = |at: usize| &self.text[names[at].0.start as usize..names[at].0.end as usize];
        (1..names.len()).any(|later| (0..later).any(|earlier| name(earlier) == name(later)))
    }

    /// An element begins, with the attributes that came since so many.
    pub(crate) fn open(&mut self, parent: Option<usize>, name: &str, namespace: Namespace, attributes: usize) -> usize {
        let index = self.len();
        if parent.is_some() {
            self.elements.pieces.push(Piece::Element(short(index)));
        }
        let pieces = short(self.elements.pieces.len());
        let node = Node {
            name: self.span(name),
            key: Key::of(name),
            namespace,
            parent: short(parent.unwrap_or(index)),
            end: short(index + 1),
            attributes: short(attributes)..short(self.attributes_len()),
            pieces: pieces..pieces,
        };
        self.elements.nodes.push(node);
        self.goes_on = false;
        index
    }

    pub(crate) fn close(&mut self, index: usize) {
        let Elements { nodes, pieces, .. } = &mut self.elements;
        let end = short(nodes.len());
        if let Some(node) = nodes.get_mut(index) {
            node.end = end;
            node.pieces.end = short(pieces.len());
        }
        self.goes_on = false;
    }

    /// Text of the element that is open. Parts that follow each other become one.
    pub(crate) fn text(&mut self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        let white = is_white(piece);
        let last = self.elements.pieces.len().checked_sub(1).filter(|_| self.goes_on);
        self.goes_on = true;
        match last.map(|last| (last, &self.elements.pieces[last])) {
            Some((_, Piece::Space)) if white => {}
            Some((last, Piece::Text(before))) => {
                let before = self.moved(*before);
                append(&mut self.elements.together, piece);
                let end = short(self.text.len() + self.elements.together.len());
                self.elements.pieces[last] = Piece::Text(Span { start: before.start, end });
            }
            Some((_, Piece::Space | Piece::Element(_))) | None if white => self.elements.pieces.push(Piece::Space),
            Some((_, Piece::Space | Piece::Element(_))) | None => {
                let span = self.span(piece);
                self.elements.pieces.push(Piece::Text(span));
            }
        }
    }

    /// A text as the last of what was put together.
    fn moved(&mut self, span: Span) -> Span {
        let own = self.text.len();
        if span.start as usize >= own {
            return span;
        }
        let start = own + self.elements.together.len();
        let piece = &self.text[span.start as usize..span.end as usize];
        append(&mut self.elements.together, piece);
        Span { start: short(start), end: short(start + piece.len()) }
    }

    pub(crate) fn grown(self) -> Tree<'t> {
        Tree { text: self.text, elements: self.elements }
    }
}
