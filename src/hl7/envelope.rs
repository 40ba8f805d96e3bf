//! Envelopes: SOAP 1.1 and 1.2, HL7v3 interactions, bare documents (MESSAGE12 §4); and what an answer needs of them.

use domain::InstanceId;

use crate::{
    rules::{Finding, Rule},
    text::single_line,
    xml::{Namespace, Tree},
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

/// Finds the one document of a message.
pub(crate) fn open(tree: &Tree) -> Result<Opened, Rule> {
    let mut reply = Reply::to_nothing();
    let mut findings = Vec::new();
    let root = tree.node(0);
    let payload = match (root.namespace, root.name.as_str()) {
        (Namespace::Soap11 | Namespace::Soap12, "Envelope") => {
            reply.envelope = if root.namespace == Namespace::Soap11 { Envelope::Soap11 } else { Envelope::Soap12 };
            let part = |name: &str| tree.children(0).find(|c| tree.node(*c).name == name);
            let must = |i: usize| matches!(tree.attribute(i, "mustUnderstand"), Some("1" | "true"));
            if part("Header").is_some_and(|header| tree.children(header).any(must)) {
                findings.push(Finding::at(Rule::MustUnderstand, "Envelope/Header"));
            }
            let body = part("Body").and_then(|body| tree.children(body).next());
            body.ok_or(Rule::NoMessage)?
        }
        (Namespace::Hl7, _) => 0,
        (Namespace::Soap11 | Namespace::Soap12 | Namespace::Other, _) => return Err(Rule::NoMessage),
    };
    if !tree.is(payload, "ClinicalDocument") {
        let node = tree.node(payload);
        if node.namespace != Namespace::Hl7 || !is_interaction(&node.name) {
            return Err(Rule::NoMessage);
        }
        read_wrapper(tree, payload, &mut reply);
        if reply.envelope == Envelope::None {
            reply.envelope = Envelope::Interaction;
        }
    }
    let documents: Vec<usize> = tree.below(payload).into_iter().filter(|i| tree.is(*i, "ClinicalDocument")).collect();
    let document = match documents.as_slice() {
        [] => Err(Rule::NoDocument),
        [document] => Ok(*document),
        [_, _, ..] => Err(Rule::ManyDocuments),
    };
    Ok(Opened { document, reply, findings })
}

fn read_wrapper(tree: &Tree, wrapper: usize, reply: &mut Reply) {
    reply.wrapped = true;
    let first = |names: &[&str]| tree.path(wrapper, names).first().copied();
    reply.target = first(&["id"]).and_then(|i| instance_id(tree, i));
    reply.from = first(&["sender", "device", "id"]).and_then(|i| instance_id(tree, i));
    reply.to = first(&["receiver", "device", "id"]).and_then(|i| instance_id(tree, i));
    let wanted = first(&["acceptAckCode"]).and_then(|i| tree.attribute(i, "code"));
    reply.wanted = match wanted {
        Some("ER") => Wanted::Errors,
        Some("SU") => Wanted::Success,
        Some("NE") => Wanted::Never,
        Some(_) | None => Wanted::Always,
    };
}
