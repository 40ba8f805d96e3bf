//! Envelopes: SOAP 1.1 and 1.2, HL7v3 interactions, bare documents (MESSAGE12 §4); and what an answer needs of them.

use domain::InstanceId;

use crate::{
    header::BSN_ROOT,
    rules::{Finding, Rule},
    text::single_line,
    tree::{MUST_UNDERSTAND, Namespace, Tree},
};

/// The envelope a message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// A bare document.
    None,
    /// An HL7v3 interaction.
    Interaction,
    /// SOAP 1.1.
    Soap11,
    /// SOAP 1.2.
    Soap12,
}

impl Envelope {
    /// The word in `inspect --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Interaction => "interaction",
            Self::Soap11 => "soap11",
            Self::Soap12 => "soap12",
        }
    }
}

/// Which answers a sender wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Always (AL, or nothing said).
    Always,
    /// Only on errors (ER).
    Errors,
    /// Only on success (SU).
    Success,
    /// Never (NE).
    Never,
}

/// What an acknowledgement needs of the question.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The envelope.
    pub envelope: Envelope,
    /// There is a transmission wrapper round the document.
    pub wrapped: bool,
    /// Which answers are wanted.
    pub wanted: Wanted,
    /// Id of the transmission, else of the document; `None` where nothing could be read.
    pub target: Option<InstanceId>,
    /// The sender's application or organisation: receiver of the answer.
    pub from: Option<InstanceId>,
    /// Our application or organisation as addressed: sender of the answer.
    pub to: Option<InstanceId>,
}

impl Reply {
    /// The answer to something unreadable.
    #[must_use]
    pub fn to_nothing() -> Self {
        Self { envelope: Envelope::None, wrapped: false, wanted: Wanted::Always, target: None, from: None, to: None }
    }
}

/// The document and its surroundings.
pub(crate) struct Opened {
    pub(crate) document: Result<usize, Rule>,
    pub(crate) reply: Reply,
    pub(crate) findings: Vec<Finding>,
}

pub(crate) fn instance_id(tree: &Tree, index: usize) -> Option<InstanceId> {
    let root = single_line(tree.attribute(index, "root")?);
    // No id of a message or an organisation: it would stand in the clear.
    if root == BSN_ROOT {
        return None;
    }
    let extension = tree.attribute(index, "extension").map(single_line).filter(|e| !e.is_empty());
    (!root.is_empty()).then_some(InstanceId { root, extension })
}

fn is_interaction(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() >= 13
        && bytes[..4].iter().all(u8::is_ascii_uppercase)
        && &bytes[4..7] == b"_IN"
        && bytes[7..13].iter().all(u8::is_ascii_digit)
}

/// The envelope that a message begins with, whatever is wrong with the rest.
pub(crate) fn of_root(tree: &Tree) -> Envelope {
    if tree.is_empty() {
        return Envelope::None;
    }
    match (tree.node(0).namespace, tree.name(0)) {
        (Namespace::Soap11, "Envelope") => Envelope::Soap11,
        (Namespace::Soap12, "Envelope") => Envelope::Soap12,
        (Namespace::Hl7, name) if is_interaction(name) => Envelope::Interaction,
        (Namespace::Hl7 | Namespace::Soap11 | Namespace::Soap12 | Namespace::Other, _) => Envelope::None,
    }
}

/// Finds the one document of a message. In SOAP it is looked for below the whole body: a supplier may put anything round it.
pub(crate) fn open(tree: &Tree) -> Result<Opened, Rule> {
    let mut reply = Reply::to_nothing();
    let mut findings = Vec::new();
    let root = tree.node(0);
    let payload = match (root.namespace, tree.name(0)) {
        (soap @ (Namespace::Soap11 | Namespace::Soap12), "Envelope") => {
            reply.envelope = if soap == Namespace::Soap11 { Envelope::Soap11 } else { Envelope::Soap12 };
            let parts = |name: &'static str| {
                tree.children(0).filter(move |c| tree.node(*c).namespace == soap && tree.name(*c) == name)
            };
            let must = |i: usize| matches!(tree.trimmed(i, MUST_UNDERSTAND), Some("1" | "true"));
            if parts("Header").any(|header| tree.children(header).any(must)) {
                findings.push(Finding::at(Rule::MustUnderstand, "Envelope/Header"));
            }
            parts("Body").flat_map(|body| tree.below(body)).collect::<Vec<_>>()
        }
        (Namespace::Hl7, name) if name == "ClinicalDocument" || is_interaction(name) => tree.below(0).collect(),
        (Namespace::Hl7 | Namespace::Soap11 | Namespace::Soap12 | Namespace::Other, _) => return Err(Rule::NoMessage),
    };
    let documents: Vec<usize> = payload.iter().copied().filter(|i| tree.is(*i, "ClinicalDocument")).collect();
    let document = match documents.as_slice() {
        [] => Err(Rule::NoDocument),
        [document] => Ok(*document),
        [_, _, ..] => Err(Rule::ManyDocuments),
    };
    let is_wrapper = |i: &usize| tree.node(*i).namespace == Namespace::Hl7 && is_interaction(tree.name(*i));
    let round_it = document.ok().and_then(|d| tree.ancestors(d).find(is_wrapper));
    if let Some(wrapper) = round_it.or_else(|| payload.iter().copied().find(is_wrapper)) {
        read_wrapper(tree, wrapper, &mut reply);
        if reply.envelope == Envelope::None {
            reply.envelope = Envelope::Interaction;
        }
    }
    Ok(Opened { document, reply, findings })
}

fn read_wrapper(tree: &Tree, wrapper: usize, reply: &mut Reply) {
    reply.wrapped = true;
    let first = |names: &[&str]| tree.first(wrapper, names);
    reply.target = first(&["id"]).and_then(|i| instance_id(tree, i));
    reply.from = first(&["sender", "device", "id"]).and_then(|i| instance_id(tree, i));
    reply.to = first(&["receiver", "device", "id"]).and_then(|i| instance_id(tree, i));
    reply.wanted = match first(&["acceptAckCode"]).and_then(|i| tree.trimmed(i, "code")) {
        Some("ER") => Wanted::Errors,
        Some("SU") => Wanted::Success,
        Some("NE") => Wanted::Never,
        Some(_) | None => Wanted::Always,
    };
}
