//! A message as a tree of our own, and ways of writing it that mean the same.

use std::collections::HashMap;

use quick_xml::{Reader, XmlVersion, events::BytesStart, events::Event};

pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Element(Element),
    Text(String),
}

/// An element; its attributes with their namespace (nothing for most), name and value.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    pub namespace: String,
    pub name: String,
    pub attributes: Vec<(String, String, String)>,
    pub children: Vec<Node>,
}

/// The text of a sample: UTF-16 with a BOM, ISO-8859-1 by its declaration, else UTF-8.
pub fn own_text(bytes: &[u8]) -> String {
    let units = |of: fn([u8; 2]) -> u16| -> Vec<u16> { bytes[2..].chunks(2).map(|c| of([c[0], c[1]])).collect() };
    match bytes {
        [0xff, 0xfe, ..] => String::from_utf16(&units(u16::from_le_bytes)).unwrap(),
        [0xfe, 0xff, ..] => String::from_utf16(&units(u16::from_be_bytes)).unwrap(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
        },
    }
}

impl Element {
    pub fn new(namespace: &str, name: &str, attributes: &[(&str, &str)], children: Vec<Self>) -> Self {
        let attribute = |(name, value): &(&str, &str)| (String::new(), (*name).to_owned(), (*value).to_owned());
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            attributes: attributes.iter().map(attribute).collect(),
            children: children.into_iter().map(Node::Element).collect(),
        }
    }

    pub fn read(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open: Vec<(Self, HashMap<String, String>)> = Vec::new();
        loop {
            let ended = match reader.read_event().unwrap() {
                Event::Start(start) => {
                    open.push(Self::start(&start, open.last().map(|(_, names)| names)));
                    None
                }
                Event::Empty(start) => Some(Self::start(&start, open.last().map(|(_, names)| names)).0),
                Event::End(_) => open.pop().map(|(element, _)| element),
                Event::Text(text) => {
                    open.last_mut().into_iter().for_each(|(element, _)| element.append(&text));
                    None
                }
                Event::CData(text) => {
                    open.last_mut().unwrap().0.append(&text);
                    None
                }
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().unwrap().unwrap_or_else(|| match &*reference {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        other => panic!("{other}"),
                    });
                    open.last_mut().unwrap().0.append(character.encode_utf8(&mut [0; 4]));
                    None
                }
                Event::Eof => panic!("no end"),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => None,
            };
            match (ended, open.last_mut()) {
                (Some(element), Some((parent, _))) => parent.children.push(Node::Element(element)),
                (Some(element), None) => return element,
                (None, _) => {}
            }
        }
    }

    fn start(start: &BytesStart<'_>, around: Option<&HashMap<String, String>>) -> (Self, HashMap<String, String>) {
        let mut namespaces = around.cloned().unwrap_or_default();
        let mut given = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.unwrap();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned();
            let key: &str = attribute.key.as_ref();
            match key.strip_prefix("xmlns") {
                Some(prefix) => drop(namespaces.insert(prefix.trim_start_matches(':').to_owned(), value)),
                None => given.push((key.to_owned(), value)),
            }
        }
        let resolved = |name: &str, default: &str| match name.split_once(':') {
            Some((prefix, local)) => (namespaces[prefix].clone(), local.to_owned()),
            None => (namespaces.get(default).cloned().unwrap_or_default(), name.to_owned()),
        };
        let (namespace, name) = resolved(start.name().as_ref(), "");
        let attributes = given.into_iter().map(|(key, value)| {
            // An attribute without a prefix is in no namespace.
            let (namespace, name) = resolved(&key, "no default");
            (namespace, name, value)
        });
        let attributes = attributes.collect();
        (Self { namespace, name, attributes, children: Vec::new() }, namespaces)
    }

    fn append(&mut self, piece: &str) {
        match self.children.last_mut() {
            Some(Node::Text(text)) => text.push_str(piece),
            _ => self.children.push(Node::Text(piece.to_owned())),
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(_, key, _)| key == name).map(|(_, _, value)| value.as_str())
    }

    fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first of a name, itself included.
    pub fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name { Some(self) } else { self.elements().find_map(|child| child.find(name)) }
    }

    /// Whether it holds elements only: white space between them means nothing.
    fn holds_elements_only(&self) -> bool {
        let is_blank = |child: &Node| matches!(child, Node::Text(text) if text.trim().is_empty());
        self.elements().next().is_some() && self.children.iter().all(|c| matches!(c, Node::Element(_)) || is_blank(c))
    }

    pub fn without_white_space(&self) -> Self {
        let only = self.holds_elements_only();
        let kept = |child: &Node| match child {
            Node::Element(element) => Some(Node::Element(element.without_white_space())),
            Node::Text(text) => (!only).then(|| Node::Text(text.clone())),
        };
        Self { children: self.children.iter().filter_map(kept).collect(), ..self.clone() }
    }

    /// Outside texts: children by name, the last name first, those of one name in their order; sections the last first.
    pub fn turn_siblings(&mut self) {
        let is_text = matches!(self.name.as_str(), "text" | "originalText" | "title" | "name" | "addr");
        if is_text || !self.holds_elements_only() {
            return;
        }
        self.children.retain(|child| matches!(child, Node::Element(_)));
        if self.namespace == "urn:hl7-org:v3" {
            if self.name == "structuredBody" {
                self.children.reverse();
            }
            self.children.sort_by(|one, other| match (one, other) {
                (Node::Element(one), Node::Element(other)) => other.name.cmp(&one.name),
                _ => std::cmp::Ordering::Equal,
            });
        }
        for child in &mut self.children {
            if let Node::Element(element) = child {
                element.turn_siblings();
            }
        }
    }

    fn namespaces(&self, found: &mut Vec<String>) {
        let own = [&self.namespace].into_iter().chain(self.attributes.iter().map(|(namespace, ..)| namespace));
        for namespace in own {
            if !namespace.is_empty() && !found.contains(namespace) {
                found.push(namespace.clone());
            }
        }
        self.elements().for_each(|child| child.namespaces(found));
    }
}

/// How characters are written.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Texts {
    #[default]
    Plain,
    CData,
    References,
    /// References for what Latin 1 does not have.
    Latin,
}

/// How a tree is written.
#[derive(Clone, Copy)]
pub struct Style {
    pub prefixed: bool,
    pub quote: char,
    pub texts: Texts,
    /// Stands between all nodes and inside texts.
    pub between: &'static str,
    pub attributes_turned: bool,
    /// A line end and one step of indentation, between elements.
    pub indent: Option<&'static str>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            prefixed: false,
            quote: '"',
            texts: Texts::default(),
            between: "",
            attributes_turned: false,
            indent: None,
        }
    }
}

impl Style {
    pub fn write(&self, root: &Element) -> String {
        let mut namespaces = Vec::new();
        root.namespaces(&mut namespaces);
        let mut out = self.between.to_owned();
        self.element(root, None, &namespaces, 0, &mut out);
        out + self.between
    }

    fn element(&self, element: &Element, around: Option<&str>, all: &[String], depth: usize, out: &mut String) {
        let prefix = |namespace: &str| all.iter().position(|n| n == namespace).map(|at| format!("n{at}:"));
        let own = prefix(&element.namespace).filter(|_| self.prefixed).unwrap_or_default();
        let mut attributes: Vec<(String, String)> = Vec::new();
        if !self.prefixed && around != Some(&element.namespace) {
            attributes.push(("xmlns".to_owned(), element.namespace.clone()));
        }
        if around.is_none() {
            // What has a prefix somewhere declares it here.
            let declared = all.iter().filter(|n| self.prefixed || *n == XSI);
            attributes
                .extend(declared.map(|n| (format!("xmlns:{}", prefix(n).unwrap().trim_end_matches(':')), n.clone())));
        }
        for (namespace, name, value) in &element.attributes {
            attributes.push((prefix(namespace).unwrap_or_default() + name, value.clone()));
        }
        if self.attributes_turned {
            attributes.reverse();
        }
        *out += &format!("<{own}{}", element.name);
        for (name, value) in attributes {
            let space = if self.indent.is_some() { "\n  " } else { " " };
            *out += &format!("{space}{name}={quote}{}{quote}", self.value(&value), quote = self.quote);
        }
        if element.children.is_empty() {
            *out += if self.attributes_turned { "></" } else { "/>" };
            if self.attributes_turned {
                *out += &format!("{own}{}>", element.name);
            }
            return;
        }
        out.push('>');
        let indent = self.indent.filter(|_| element.holds_elements_only());
        for child in &element.children {
            if let Some(indent) = indent {
                *out += &indent.repeat(1 + depth % 3);
            }
            *out += self.between;
            match child {
                Node::Element(child) => self.element(child, Some(&element.namespace), all, depth + 1, out),
                Node::Text(text) if text.trim().is_empty() => *out += text,
                Node::Text(text) => self.text(text, out),
            }
        }
        *out += self.between;
        *out += &format!("{}</{own}{} >", indent.unwrap_or_default(), element.name);
    }

    /// A text, with something between its halves.
    fn text(&self, text: &str, out: &mut String) {
        let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let (one, other) = text.split_at(middle);
        for (at, half) in [one, other].into_iter().enumerate() {
            if at == 1 {
                *out += self.between;
            }
            match self.texts {
                Texts::CData => *out += &format!("<![CDATA[{}]]>", half.replace("]]>", "]]]]><![CDATA[>")),
                Texts::Plain | Texts::References | Texts::Latin => *out += &self.value(half),
            }
        }
    }

    fn value(&self, text: &str) -> String {
        let mut out = String::new();
        for (at, character) in text.chars().enumerate() {
            let number = u32::from(character);
            let as_reference = match self.texts {
                Texts::Plain | Texts::CData => false,
                Texts::References => true,
                Texts::Latin => number > 0xff || (0x80..0xa0).contains(&number),
            };
            match character {
                '<' if !as_reference => out += "&lt;",
                '&' if !as_reference => out += "&amp;",
                '>' if !as_reference => out += "&gt;",
                quote if quote == self.quote && !as_reference => out += if quote == '"' { "&quot;" } else { "&apos;" },
                _ if as_reference && at % 2 == 0 => out += &format!("&#x{number:x};"),
                _ if as_reference => out += &format!("&#{number};"),
                plain => out.push(plain),
            }
        }
        out
    }
}
