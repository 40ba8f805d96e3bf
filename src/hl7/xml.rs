//! Bytes to a small tree: encoding, well-formedness, limits. Nothing outside the message is ever opened.
//!
//! **Invariant:** a DTD is refused before anything is read from it; memory is bounded by [`Limits`].
//! **Invariant:** text and attribute values are zeroised when the tree is dropped.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::{
    NsReader, XmlVersion,
    events::{BytesStart, Event},
    name::ResolveResult,
};
use zeroize::Zeroizing;

use crate::{limits::Limits, rules::Rule};

/// HL7 version 3's namespace.
pub(crate) const HL7: &str = "urn:hl7-org:v3";

/// What stands in an element.
pub(crate) enum Content {
    Element(usize),
    Text(Zeroizing<String>),
}

/// An element.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) namespace: Namespace,
    pub(crate) attributes: Vec<(String, Zeroizing<String>)>,
    pub(crate) content: Vec<Content>,
    pub(crate) parent: Option<usize>,
}

/// The namespaces that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    Hl7,
    Soap11,
    Soap12,
    Other,
}

/// A parsed message.
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

impl Tree {
    pub(crate) fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    pub(crate) fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.nodes[index].content.iter().filter_map(|c| match c {
            Content::Element(child) => Some(*child),
            Content::Text(_) => None,
        })
    }

    /// Children of a name, in HL7's namespace.
    pub(crate) fn named<'a>(&'a self, index: usize, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.children(index).filter(move |c| self.is(*c, name))
    }

    pub(crate) fn is(&self, index: usize, name: &str) -> bool {
        self.nodes[index].namespace == Namespace::Hl7 && self.nodes[index].name == name
    }

    /// All elements on a path of names below an element.
    pub(crate) fn path(&self, index: usize, names: &[&str]) -> Vec<usize> {
        let mut found = vec![index];
        for name in names {
            found = found.into_iter().flat_map(|i| self.named(i, name).collect::<Vec<_>>()).collect();
        }
        found
    }

    pub(crate) fn attribute(&self, index: usize, name: &str) -> Option<&str> {
        self.nodes[index].attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The elements below one, in document order, the element itself first.
    pub(crate) fn below(&self, index: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = vec![index];
        while let Some(next) = open.pop() {
            found.push(next);
            let children: Vec<usize> = self.children(next).collect();
            open.extend(children.into_iter().rev());
        }
        found
    }
}

/// Decodes: a BOM first, then UTF-16 by its first bytes, then the transport's charset, then the declaration, else UTF-8.
pub(crate) fn decode(bytes: &[u8], charset: Option<&str>) -> Result<Zeroizing<String>, Rule> {
    let (encoding, skip) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None if bytes.starts_with(&[0, b'<']) => (UTF_16BE, 0),
        None if bytes.starts_with(&[b'<', 0]) => (UTF_16LE, 0),
        None => {
            let declared = declared(bytes);
            let label = charset.or(declared.as_deref());
            let encoding = match label {
                Some(label) => Encoding::for_label(label.trim_matches(['"', '\'']).as_bytes()).ok_or(Rule::Encoding)?,
                None => UTF_8,
            };
            // A declaration read byte by byte cannot be UTF-16: what it says of itself is wrong, its bytes are not.
            (if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }, 0)
        }
    };
    let bytes = bytes.get(skip..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Zeroizing::new(text.into_owned())),
        None => Err(Rule::Encoding),
    }
}

fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(256))?;
    let end = head.windows(2).position(|w| w == b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let declaration = declaration.trim_start().strip_prefix("<?xml")?;
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after.get(1..)?.split(quote).next().map(str::to_owned)
}

struct Builder<'l> {
    tree: Tree,
    open: Vec<usize>,
    limits: &'l Limits,
}

/// Parses decoded text into a tree.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Tree, Rule> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut builder = Builder { tree: Tree { nodes: Vec::with_capacity(128) }, open: Vec::with_capacity(24), limits };
    loop {
        let (resolved, event) = reader.read_resolved_event().map_err(|_| Rule::NotWellFormed)?;
        let namespace = match resolved {
            ResolveResult::Bound(ns) if ns.0 == HL7 => Namespace::Hl7,
            ResolveResult::Bound(ns) if ns.0 == "http://schemas.xmlsoap.org/soap/envelope/" => Namespace::Soap11,
            ResolveResult::Bound(ns) if ns.0 == "http://www.w3.org/2003/05/soap-envelope" => Namespace::Soap12,
            ResolveResult::Bound(_) | ResolveResult::Unbound => Namespace::Other,
            ResolveResult::Unknown(_) => return Err(Rule::NotWellFormed),
        };
        match event {
            Event::Start(start) => builder.start(&start, namespace)?,
            Event::Empty(start) => {
                builder.start(&start, namespace)?;
                builder.open.pop();
            }
            Event::End(_) => {
                builder.open.pop();
            }
            Event::Text(text) => builder.text(&text.xml10_content())?,
            Event::CData(data) => builder.text(&data.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    Ok(None) => predefined(&reference.xml10_content()).ok_or(Rule::Dtd)?,
                    Err(_) => return Err(Rule::NotWellFormed),
                };
                builder.text(character.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(Rule::Dtd),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if builder.tree.nodes.is_empty() || !builder.open.is_empty() {
        return Err(Rule::NotWellFormed);
    }
    Ok(builder.tree)
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

impl Builder<'_> {
    fn start(&mut self, start: &BytesStart<'_>, namespace: Namespace) -> Result<(), Rule> {
        let limits = self.limits;
        let index = self.tree.nodes.len();
        let too_much = self.open.len() >= limits.depth_max || index >= limits.elements_max;
        let name = start.local_name();
        if too_much || name.as_ref().len() > limits.name_bytes_max {
            return Err(Rule::TooMuch);
        }
        if self.open.is_empty() && index > 0 {
            return Err(Rule::NotWellFormed);
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| Rule::NotWellFormed)?;
            let key: &str = attribute.key.as_ref();
            if attributes.len() >= limits.attributes_max
                || attribute.value.len() > limits.attribute_bytes_max
                || key.len() > limits.name_bytes_max
            {
                return Err(Rule::TooMuch);
            }
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let local = key.rsplit_once(':').map_or(key, |(_, local)| local);
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Rule::NotWellFormed)?;
            attributes.push((local.to_owned(), Zeroizing::new(value.into_owned())));
        }
        let parent = self.open.last().copied();
        if let Some(parent) = parent {
            self.tree.nodes[parent].content.push(Content::Element(index));
        }
        let name: &str = name.as_ref();
        self.tree.nodes.push(Node { name: name.to_owned(), namespace, attributes, content: Vec::new(), parent });
        self.open.push(index);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Rule> {
        match self.open.last() {
            Some(open) => {
                let content = &mut self.tree.nodes[*open].content;
                if let Some(Content::Text(before)) = content.last_mut() {
                    before.push_str(text);
                } else if !text.trim().is_empty() || !content.is_empty() {
                    content.push(Content::Text(Zeroizing::new(text.to_owned())));
                }
                Ok(())
            }
            None if text.trim().is_empty() => Ok(()),
            None => Err(Rule::NotWellFormed),
        }
    }
}
