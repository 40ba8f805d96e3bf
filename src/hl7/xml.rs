//! Text to a small tree: well-formedness, limits. Nothing outside the message is ever opened.
//!
//! **Invariant:** a DTD is refused before anything is read from it; memory is bounded by [`Limits`].
//! **Invariant:** names, text and attribute values stand in one text, zeroised when the tree is dropped. Elements stand in document order, so
//! that what is below one is a range.
//! **Not here:** bytes to text (`decode`).

use std::{borrow::Cow, ops::Range};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
    name::{NamespaceResolver, ResolveResult},
};
use zeroize::{Zeroize, Zeroizing};

use crate::{limits::Limits, rules::Rule, text::append};

/// HL7 version 3's namespace.
const HL7: &str = "urn:hl7-org:v3";
const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// `xsi:type`, whatever its prefix in the message.
pub(crate) const XSI_TYPE: &str = "xsi:type";
/// `mustUnderstand` of SOAP, whatever its prefix.
pub(crate) const MUST_UNDERSTAND: &str = "soap:mustUnderstand";

/// What stands in an element.
pub(crate) enum Content<'t> {
    Element(usize),
    Text(&'t str),
    /// White space alone.
    Space,
}

/// Bytes of the tree's text.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

/// An element. What it holds of names and text are bytes of the tree's one text.
pub(crate) struct Node {
    name: Span,
    pub(crate) namespace: Namespace,
    /// Its attributes among the tree's.
    attributes: Range<usize>,
    /// Its first and last piece of content among the tree's.
    content: Option<(usize, usize)>,
    pub(crate) parent: Option<usize>,
    /// Index after the last element below this one.
    end: usize,
}

/// The namespaces that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    Hl7,
    Soap11,
    Soap12,
    Other,
}

enum Piece {
    Element(usize),
    Text(Span),
    Space,
}

/// A parsed message.
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// Names and values.
    attributes: Vec<(Span, Span)>,
    /// Pieces of content, each with the next one of its element.
    content: Vec<(Piece, Option<usize>)>,
    /// Names, attribute values and text of the whole message, one after another.
    text: Zeroizing<String>,
}

impl Tree {
    /// An empty tree for a message of so many bytes: no piece becomes longer by parsing.
    fn of_bytes(bytes: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(128),
            attributes: Vec::with_capacity(256),
            content: Vec::with_capacity(256),
            text: Zeroizing::new(String::with_capacity(bytes)),
        }
    }

    fn keep(&mut self, piece: &str) -> Span {
        let start = self.text.len();
        append(&mut self.text, piece);
        Span { start, end: self.text.len() }
    }

    fn str(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }

    fn add(&mut self, element: usize, piece: Piece) {
        let added = self.content.len();
        self.content.push((piece, None));
        let content = &mut self.nodes[element].content;
        let first = content.map_or(added, |(first, last)| {
            self.content[last].1 = Some(added);
            first
        });
        *content = Some((first, added));
    }

    pub(crate) fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    /// An element's name without a prefix.
    pub(crate) fn name(&self, index: usize) -> &str {
        self.str(self.nodes[index].name)
    }

    /// What stands in an element, in order.
    pub(crate) fn content(&self, index: usize) -> impl Iterator<Item = Content<'_>> + '_ {
        let first = self.nodes[index].content.map(|(first, _)| first);
        std::iter::successors(first, |at| self.content[*at].1).map(|at| match self.content[at].0 {
            Piece::Element(child) => Content::Element(child),
            Piece::Text(span) => Content::Text(self.str(span)),
            Piece::Space => Content::Space,
        })
    }

    pub(crate) fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.content(index).filter_map(|c| match c {
            Content::Element(child) => Some(child),
            Content::Text(_) | Content::Space => None,
        })
    }

    /// Children of a name, in HL7's namespace.
    pub(crate) fn named<'a>(&'a self, index: usize, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.children(index).filter(move |c| self.is(*c, name))
    }

    pub(crate) fn is(&self, index: usize, name: &str) -> bool {
        self.nodes[index].namespace == Namespace::Hl7 && self.name(index) == name
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

    /// The value of an attribute without a prefix, or of [`XSI_TYPE`] and [`MUST_UNDERSTAND`].
    pub(crate) fn attribute(&self, index: usize, name: &str) -> Option<&str> {
        let attributes = &self.attributes[self.nodes[index].attributes.clone()];
        attributes.iter().find(|(n, _)| self.str(*n) == name).map(|(_, value)| self.str(*value))
    }

    /// An attribute without the white space round it; `None` where nothing is left.
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
    pub(crate) fn below(&self, index: usize) -> Range<usize> {
        index..self.nodes[index].end
    }

    /// The elements round one, from the nearest.
    pub(crate) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.nodes[index].parent, |i| self.nodes[*i].parent)
    }

    /// Whether an element holds anything but white space and empty elements.
    pub(crate) fn has_words(&self, index: usize) -> bool {
        let is_text = |c: Content<'_>| matches!(c, Content::Text(text) if !text.trim().is_empty());
        self.below(index).any(|i| self.content(i).any(is_text))
    }
}

struct Builder<'l> {
    tree: Tree,
    /// What the open elements declare.
    resolver: NamespaceResolver,
    /// Open elements, each with how many namespaces are declared up to there.
    open: Vec<(usize, usize)>,
    limits: &'l Limits,
}

/// Bytes looked at together: enough for the processor's widest registers.
const PLAIN_BYTES: usize = 256;

/// Whether all is XML 1.0's `Char`.
fn are_characters(text: &str) -> bool {
    // Most of a message is plain: asked of many bytes at once, which is quick.
    let is_plain = |b: u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    let are_plain = |bytes: &[u8]| bytes.iter().fold(true, |all, b| all & is_plain(*b));
    text.as_bytes().chunks(PLAIN_BYTES).all(are_plain) || text.chars().all(is_character)
}

/// XML 1.0's `Char`, of which `char` leaves out the surrogates already.
fn is_character(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn is_name(name: &str) -> bool {
    if name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return !name.is_empty();
    }
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | ':'))
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.') || !c.is_ascii())
}

/// Parses decoded text into a tree.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Tree, Rule> {
    if !are_characters(text) {
        return Err(Rule::NotWellFormed);
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    reader.config_mut().check_comments = true;
    let mut builder = Builder::new(Tree::of_bytes(text.len()), limits);
    let mut begun = false;
    loop {
        match reader.read_event().map_err(|_| Rule::NotWellFormed)? {
            Event::Start(start) => builder.start(&start)?,
            Event::Empty(start) => {
                builder.start(&start)?;
                builder.end();
            }
            Event::End(_) => builder.end(),
            Event::Text(text) => {
                let content = text.xml10_content();
                if content.contains("]]>") {
                    return Err(Rule::NotWellFormed);
                }
                builder.piece(content)?;
            }
            Event::CData(_) if builder.open.is_empty() => return Err(Rule::NotWellFormed),
            Event::CData(data) => builder.piece(data.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) if is_character(character) => character,
                    Ok(None) => predefined(&reference.xml10_content()).ok_or(Rule::Dtd)?,
                    Ok(Some(_)) | Err(_) => return Err(Rule::NotWellFormed),
                };
                builder.text(character.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(Rule::Dtd),
            // A declaration is the first thing of a message or it is none.
            Event::Decl(_) if begun => return Err(Rule::NotWellFormed),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        begun = true;
    }
    if builder.tree.nodes.is_empty() || !builder.open.is_empty() {
        return Err(Rule::NotWellFormed);
    }
    Ok(builder.tree)
}

fn namespace(resolved: ResolveResult<'_>) -> Result<Namespace, Rule> {
    match resolved {
        ResolveResult::Bound(found) => Ok(match found.0 {
            HL7 => Namespace::Hl7,
            SOAP11 => Namespace::Soap11,
            SOAP12 => Namespace::Soap12,
            _ => Namespace::Other,
        }),
        ResolveResult::Unbound => Ok(Namespace::Other),
        ResolveResult::Unknown(_) => Err(Rule::NotWellFormed),
    }
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

impl<'l> Builder<'l> {
    fn new(tree: Tree, limits: &'l Limits) -> Self {
        let mut resolver = NamespaceResolver::default();
        // Our own limit decides, so that its refusal says so.
        resolver.set_max_namespace_bindings(usize::MAX);
        Self { tree, resolver, open: Vec::with_capacity(24), limits }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Rule> {
        let limits = self.limits;
        let index = self.tree.nodes.len();
        let too_much = self.open.len() >= limits.depth_max || index >= limits.elements_max;
        let name = start.name();
        let name: &str = name.as_ref();
        if too_much || name.len() > limits.name_bytes_max {
            return Err(Rule::TooMuch);
        }
        if (self.open.is_empty() && index > 0) || !is_name(name) {
            return Err(Rule::NotWellFormed);
        }
        let (parent, declared) = self.open.last().map_or((None, 0), |(parent, declared)| (Some(*parent), *declared));
        let before = self.tree.attributes.len();
        let level = self.resolver.level();
        let own = self.attributes(start)?;
        self.resolver.set_level(level.saturating_add(1));
        let of = namespace(self.resolver.resolve_element(start.name()).0)?;
        if declared + own > limits.namespaces_max {
            return Err(Rule::TooMuch);
        }
        if let Some(parent) = parent {
            self.tree.add(parent, Piece::Element(index));
        }
        let name = self.tree.keep(name.rsplit_once(':').map_or(name, |(_, local)| local));
        let attributes = before..self.tree.attributes.len();
        self.tree.nodes.push(Node { name, namespace: of, attributes, content: None, parent, end: index + 1 });
        self.open.push((index, declared + own));
        Ok(())
    }

    /// Keeps the attributes that are HL7's or ours to know; gives how many namespaces are declared.
    fn attributes(&mut self, start: &BytesStart<'_>) -> Result<usize, Rule> {
        let limits = self.limits;
        let (mut count, mut declared) = (0, 0);
        // Most elements have no prefix and declare none: they are spared a second reading of their attributes.
        let mut scope_is_open = false;
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| Rule::NotWellFormed)?;
            let key: &str = attribute.key.as_ref();
            count += 1;
            if count > limits.attributes_max
                || attribute.value.len() > limits.attribute_bytes_max
                || key.len() > limits.name_bytes_max
            {
                return Err(Rule::TooMuch);
            }
            if attribute.value.contains('<') || !is_name(key) {
                return Err(Rule::NotWellFormed);
            }
            if !scope_is_open && (key.contains(':') || key == "xmlns") {
                self.resolver.push(start).map_err(|_| Rule::NotWellFormed)?;
                scope_is_open = true;
            }
            if key == "xmlns" || key.starts_with("xmlns:") {
                declared += 1;
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Rule::NotWellFormed)?;
            // Only a reference gives a character that the message's own text does not have.
            let usable = matches!(value, Cow::Borrowed(_)) || value.chars().all(is_character);
            if let Some(name) = known_attribute(&attribute, &self.resolver)?.filter(|_| usable) {
                let kept = (self.tree.keep(name), self.tree.keep(&value));
                self.tree.attributes.push(kept);
            }
            wipe(value);
            if !usable {
                return Err(Rule::NotWellFormed);
            }
        }
        Ok(declared)
    }

    fn end(&mut self) {
        self.resolver.pop();
        if let Some((index, _)) = self.open.pop() {
            self.tree.nodes[index].end = self.tree.nodes.len();
        }
    }

    fn piece(&mut self, piece: Cow<'_, str>) -> Result<(), Rule> {
        let done = self.text(&piece);
        wipe(piece);
        done
    }

    fn text(&mut self, text: &str) -> Result<(), Rule> {
        let white = text.trim().is_empty();
        let Some((open, _)) = self.open.last().copied() else {
            return if white { Ok(()) } else { Err(Rule::NotWellFormed) };
        };
        let tree = &mut self.tree;
        let last = tree.nodes[open].content.map(|(_, last)| last);
        match last.map(|last| (last, &tree.content[last].0)) {
            _ if text.is_empty() => {}
            Some((_, Piece::Space)) if white => {}
            // What came before it of this text is the last that was kept.
            Some((last, Piece::Text(before))) => {
                let start = before.start;
                let end = tree.keep(text).end;
                tree.content[last].0 = Piece::Text(Span { start, end });
            }
            Some((last, Piece::Space)) => {
                let start = tree.keep(" ").start;
                let end = tree.keep(text).end;
                tree.content[last].0 = Piece::Text(Span { start, end });
            }
            Some((_, Piece::Element(_))) | None if white => tree.add(open, Piece::Space),
            Some((_, Piece::Element(_))) | None => {
                let span = tree.keep(text);
                tree.add(open, Piece::Text(span));
            }
        }
        Ok(())
    }
}

/// What had to be copied to normalise it is zeroised.
fn wipe(text: Cow<'_, str>) {
    if let Cow::Owned(mut copy) = text {
        copy.zeroize();
    }
}

/// The name of an attribute that is HL7's (they have no prefix), XML Schema's `type` or SOAP's `mustUnderstand`; no other's.
fn known_attribute<'a>(
    attribute: &'a quick_xml::events::attributes::Attribute<'_>,
    resolver: &NamespaceResolver,
) -> Result<Option<&'a str>, Rule> {
    let (resolved, local) = resolver.resolve_attribute(attribute.key);
    let local: &str = local.into_inner();
    match resolved {
        ResolveResult::Unbound => Ok(Some(local)),
        ResolveResult::Bound(found) => Ok(match (found.0, local) {
            (XSI, "type") => Some(XSI_TYPE),
            (SOAP11 | SOAP12, "mustUnderstand") => Some(MUST_UNDERSTAND),
            _ => None,
        }),
        ResolveResult::Unknown(_) => Err(Rule::NotWellFormed),
    }
}
