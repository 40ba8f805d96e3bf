//! Text to a tree: well-formedness, namespaces, limits. Nothing outside the message is ever opened.
//!
//! **Invariant:** a DTD is refused before anything is read from it; memory is bounded by [`Limits`].
//! **Not here:** bytes to text (`decode`); what the tree holds and how it is asked (`tree`).

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event, attributes::Attribute},
    name::{self, NamespaceResolver, QName, ResolveResult},
};
use zeroize::Zeroize;

use crate::{
    limits::Limits,
    rules::Rule,
    tree::{Growing, MUST_UNDERSTAND, Namespace, Tree, XSI_TYPE, is_white},
};

/// HL7 version 3's namespace.
const HL7: &str = "urn:hl7-org:v3";
const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

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

/// Most names: letters alone, so no prefix either.
fn is_plain_name(name: &str) -> bool {
    name.bytes().fold(!name.is_empty(), |all, b| all & b.is_ascii_alphabetic())
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | ':'))
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.') || !c.is_ascii())
}

/// Text that is no message: by which rule, where reading stopped, and what was read until there, for the envelope of the answer.
pub(crate) struct Broken<'t> {
    pub(crate) rule: Rule,
    /// A byte of the text.
    pub(crate) at: usize,
    pub(crate) begun: Tree<'t>,
}

/// Parses decoded text into a tree.
pub(crate) fn parse<'t>(text: &'t str, limits: &Limits) -> Result<Tree<'t>, Box<Broken<'t>>> {
    let mut builder = Builder::new(text, limits);
    let mut reader = Reader::from_str(text);
    let read = if are_characters(text) {
        builder.events(&mut reader).map_err(|rule| (rule, stopped_at(&reader)))
    } else {
        Err((Rule::NotWellFormed, text.find(|c| !is_character(c)).unwrap_or_default()))
    };
    let tree = builder.growing.grown();
    match read {
        Ok(()) => Ok(tree),
        Err((rule, at)) => Err(Box::new(Broken { rule, at, begun: tree })),
    }
}

/// The byte at which the reader found what is wrong; of what we refuse ourselves, where it ends.
fn stopped_at(reader: &Reader<&[u8]>) -> usize {
    let at = if reader.error_position() > 0 { reader.error_position() } else { reader.buffer_position() };
    usize::try_from(at).unwrap_or_default()
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

/// An element whose end has not come.
#[derive(Clone, Copy)]
struct Open {
    index: usize,
    /// Namespaces declared up to there.
    declared: usize,
    /// The namespace of a name without a prefix.
    default: Namespace,
}

struct Builder<'t, 'l> {
    growing: Growing<'t>,
    /// What the open elements declare.
    resolver: NamespaceResolver,
    open: Vec<Open>,
    limits: &'l Limits,
}

/// What the attributes of an element declare.
#[derive(Default)]
struct Declared {
    count: usize,
    default: bool,
}

impl<'t, 'l> Builder<'t, 'l> {
    fn new(text: &'t str, limits: &'l Limits) -> Self {
        let mut resolver = NamespaceResolver::default();
        // Our own limit decides, so that its refusal says so.
        resolver.set_max_namespace_bindings(usize::MAX);
        Self { growing: Growing::new(text, limits.elements_max), resolver, open: Vec::with_capacity(24), limits }
    }

    fn events(&mut self, reader: &mut Reader<&[u8]>) -> Result<(), Rule> {
        reader.config_mut().check_end_names = true;
        reader.config_mut().check_comments = true;
        let mut begun = false;
        loop {
            match reader.read_event().map_err(|_| Rule::NotWellFormed)? {
                Event::Start(start) => self.start(&start)?,
                Event::Empty(start) => {
                    self.start(&start)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => {
                    // Looked for by its first byte, which is rare: most text is white space.
                    if text.as_bytes().contains(&b']') && text.contains("]]>") {
                        return Err(Rule::NotWellFormed);
                    }
                    self.text(&text)?;
                }
                Event::CData(_) if self.open.is_empty() => return Err(Rule::NotWellFormed),
                Event::CData(data) => self.text(&data)?,
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref() {
                        Ok(Some(character)) if is_character(character) => character,
                        Ok(None) => predefined(&reference.xml10_content()).ok_or(Rule::Dtd)?,
                        Ok(Some(_)) | Err(_) => return Err(Rule::NotWellFormed),
                    };
                    self.text(character.encode_utf8(&mut [0; 4]))?;
                }
                Event::DocType(_) => return Err(Rule::Dtd),
                // A declaration is the first thing of a message or it is none.
                Event::Decl(_) if begun => return Err(Rule::NotWellFormed),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
            begun = true;
        }
        if self.growing.len() == 0 || !self.open.is_empty() { Err(Rule::NotWellFormed) } else { Ok(()) }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Rule> {
        let limits = self.limits;
        let index = self.growing.len();
        let too_much = self.open.len() >= limits.depth_max || index >= limits.elements_max;
        let name = start.name();
        let name: &str = name.as_ref();
        if too_much || name.len() > limits.name_bytes_max {
            return Err(Rule::TooMuch);
        }
        let plain = is_plain_name(name);
        if (self.open.is_empty() && index > 0) || !(plain || is_name(name)) {
            return Err(Rule::NotWellFormed);
        }
        let around = self.open.last().copied();
        let before = self.growing.attributes_len();
        let level = self.resolver.level();
        let own = self.attributes(start)?;
        self.resolver.set_level(level.saturating_add(1));
        let declared = around.map_or(0, |around| around.declared) + own.count;
        if declared > limits.namespaces_max {
            return Err(Rule::TooMuch);
        }
        let inherited = around.map_or(Namespace::Other, |around| around.default);
        let prefixed = if plain { None } else { name.rsplit_once(':') };
        let local = prefixed.map_or(name, |(_, local)| local);
        // Most names have no prefix and most elements declare nothing.
        let (namespace, default) = match (prefixed, own.default) {
            (None, false) => (inherited, inherited),
            (None, true) => {
                let namespace = namespace(self.resolver.resolve_element(start.name()).0)?;
                (namespace, namespace)
            }
            (Some(_), false) => (namespace(self.resolver.resolve_element(start.name()).0)?, inherited),
            (Some(_), true) => {
                let default = namespace(self.resolver.resolve_element(QName(local)).0)?;
                (namespace(self.resolver.resolve_element(start.name()).0)?, default)
            }
        };
        let index = self.growing.open(around.map(|around| around.index), local, namespace, before);
        self.open.push(Open { index, declared, default });
        Ok(())
    }

    /// Keeps the attributes that are HL7's or ours to know.
    fn attributes(&mut self, start: &BytesStart<'_>) -> Result<Declared, Rule> {
        let limits = self.limits;
        let (mut count, mut declared) = (0, Declared::default());
        // Most elements have no prefix and declare none: they are spared a second reading of their attributes.
        let mut scope_is_open = false;
        let raw = start.attributes_raw();
        let plain = are_plain_values(raw);
        // Without a namespace in play, names that came twice are told by what was kept.
        let by_itself = !raw.contains(':');
        let before = self.growing.attributes_len();
        // Where the quote of the last value stands: white space must follow it.
        let mut quote = None;
        for attribute in start.attributes().with_checks(!by_itself) {
            let attribute = attribute.map_err(|_| Rule::NotWellFormed)?;
            let key: &str = attribute.key.as_ref();
            let at = |piece: &str| (piece.as_ptr() as usize).wrapping_sub(raw.as_ptr() as usize);
            if quote.is_some_and(|quote| at(key) == quote + 1) {
                return Err(Rule::NotWellFormed);
            }
            quote = Some(at(&attribute.value) + attribute.value.len());
            count += 1;
            if count > limits.attributes_max
                || attribute.value.len() > limits.attribute_bytes_max
                || key.len() > limits.name_bytes_max
            {
                return Err(Rule::TooMuch);
            }
            let plain_name = is_plain_name(key);
            if !(plain_name || is_name(key)) || (!plain && attribute.value.contains('<')) {
                return Err(Rule::NotWellFormed);
            }
            if key == "xmlns" || (!plain_name && key.contains(':')) {
                if !scope_is_open {
                    self.resolver.push(start).map_err(|_| Rule::NotWellFormed)?;
                    scope_is_open = true;
                }
                if key == "xmlns" || key.starts_with("xmlns:") {
                    if key == "xmlns" && declared.default {
                        return Err(Rule::NotWellFormed);
                    }
                    declared.count += 1;
                    declared.default |= key == "xmlns";
                    if !plain {
                        self.declare_normalised(&attribute)?;
                    }
                    continue;
                }
            } else if plain {
                self.growing.attribute(key, &attribute.value);
                continue;
            }
            if plain {
                if let Some(name) = self.known(&attribute)? {
                    self.growing.attribute(name, &attribute.value);
                }
            } else {
                self.normalised(&attribute)?;
            }
        }
        if by_itself && self.growing.has_twice(before) { Err(Rule::NotWellFormed) } else { Ok(declared) }
    }

    /// Declares a namespace whose name is not read as it stands there: the resolver does not normalise.
    fn declare_normalised(&mut self, attribute: &Attribute<'_>) -> Result<(), Rule> {
        let name = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Rule::NotWellFormed)?;
        match (attribute.key.as_namespace_binding(), name) {
            // The later of two declarations of one element counts.
            (Some(prefix), Cow::Owned(name)) => {
                self.resolver.add(prefix, name::Namespace(&name)).map_err(|_| Rule::NotWellFormed)
            }
            (None, _) | (_, Cow::Borrowed(_)) => Ok(()),
        }
    }

    /// Keeps an attribute whose value is not read as it stands there.
    fn normalised(&mut self, attribute: &Attribute<'_>) -> Result<(), Rule> {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Rule::NotWellFormed)?;
        // Only a reference gives a character that the message's own text does not have.
        let usable = matches!(value, Cow::Borrowed(_)) || value.chars().all(is_character);
        if let Some(name) = self.known(attribute)?.filter(|_| usable) {
            self.growing.attribute(name, &value);
        }
        wipe(value);
        if usable { Ok(()) } else { Err(Rule::NotWellFormed) }
    }

    /// The name of an attribute that is HL7's (they have no prefix), XML Schema's `type` or SOAP's `mustUnderstand`; no other's.
    fn known<'a>(&self, attribute: &'a Attribute<'_>) -> Result<Option<&'a str>, Rule> {
        let key: &str = attribute.key.into_inner();
        if !key.contains(':') {
            return Ok(Some(key));
        }
        let (resolved, local) = self.resolver.resolve_attribute(attribute.key);
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

    fn end(&mut self) {
        self.resolver.pop();
        if let Some(open) = self.open.pop() {
            self.growing.close(open.index);
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Rule> {
        if !self.open.is_empty() {
            self.growing.text(text);
        } else if !is_white(text) {
            return Err(Rule::NotWellFormed);
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

/// Whether each value in an element's start is read as it stands there: no reference, no white space but the space; and none has `<`.
fn are_plain_values(attributes: &str) -> bool {
    attributes.bytes().fold(true, |all, b| all & !matches!(b, b'<' | b'&' | b'\t' | b'\n' | b'\r'))
}
