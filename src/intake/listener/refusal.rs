//! What is answered to a request that is no message to be read: a status, a short text, and never a word of what was sent.

use std::{collections::BTreeMap, sync::Arc};

use store::CertificateRefusal;

/// Why a request or a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// No TLS where TLS is spoken.
    Plain,
    /// The certificate is refused.
    Certificate(CertificateRefusal),
    /// More connections of this sender than it may have.
    Connections,
    /// More requests of this sender in a minute than it may send.
    Requests,
    /// Another path.
    Path,
    /// Another method.
    Method,
    /// Attachments (MTOM), or another content than XML.
    ContentType,
    /// A compressed or otherwise encoded message.
    ContentEncoding,
    /// Larger than a message may be.
    TooLarge,
    /// It did not come in whole, or not in time.
    TooSlow,
    /// It broke off, or its length is not what was said.
    BrokenOff,
    /// Too much is on its way in.
    TooMuch,
    /// Too little room on the disk.
    DiskNearlyFull,
    /// The store is not to be had.
    NotStored,
    /// It came with the certificate of the program's own test message, and is another, or came before.
    SelfTest,
}

impl Refusal {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let rest = [
            Self::Plain,
            Self::Connections,
            Self::Requests,
            Self::Path,
            Self::Method,
            Self::ContentType,
            Self::ContentEncoding,
            Self::TooLarge,
            Self::TooSlow,
            Self::BrokenOff,
            Self::TooMuch,
            Self::DiskNearlyFull,
            Self::NotStored,
            Self::SelfTest,
        ];
        rest.into_iter().chain(CertificateRefusal::ALL.into_iter().map(Self::Certificate))
    }

    /// Status and its words.
    #[must_use]
    pub fn status(self) -> (u16, &'static str) {
        match self {
            Self::Plain | Self::BrokenOff => (400, "Bad Request"),
            Self::Certificate(_) | Self::SelfTest => (403, "Forbidden"),
            Self::Connections | Self::Requests => (429, "Too Many Requests"),
            Self::Path => (404, "Not Found"),
            Self::Method => (405, "Method Not Allowed"),
            Self::ContentType | Self::ContentEncoding => (415, "Unsupported Media Type"),
            Self::TooLarge => (413, "Content Too Large"),
            Self::TooSlow => (408, "Request Timeout"),
            Self::TooMuch | Self::DiskNearlyFull | Self::NotStored => (503, "Service Unavailable"),
        }
    }

    /// Its word in logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Certificate(reason) => reason.name(),
            Self::Connections => "connections",
            Self::Requests => "requests",
            Self::Path => "path",
            Self::Method => "method",
            Self::ContentType => "content-type",
            Self::ContentEncoding => "content-encoding",
            Self::TooLarge => "too-large",
            Self::TooSlow => "too-slow",
            Self::BrokenOff => "broken-off",
            Self::TooMuch => "too-much",
            Self::DiskNearlyFull => "disk-nearly-full",
            Self::NotStored => "not-stored",
            Self::SelfTest => "self-test",
        }
    }

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Certificate(reason) => format!("listener-certificate-{}", reason.name()),
            Self::Plain
            | Self::Connections
            | Self::Requests
            | Self::Path
            | Self::Method
            | Self::ContentType
            | Self::ContentEncoding
            | Self::TooLarge
            | Self::TooSlow
            | Self::BrokenOff
            | Self::TooMuch
            | Self::DiskNearlyFull
            | Self::NotStored
            | Self::SelfTest => format!("listener-{}", self.name()),
        }
    }

    /// Seconds after which to come again, where that helps.
    // LIMIT: seconds; a full disk is not mended sooner than in minutes, a burst is over in seconds.
    pub(crate) fn retry_after(self) -> Option<u64> {
        match self {
            Self::DiskNearlyFull => Some(300),
            Self::NotStored | Self::Connections | Self::Requests => Some(60),
            Self::TooMuch => Some(10),
            Self::Plain
            | Self::Certificate(_)
            | Self::Path
            | Self::Method
            | Self::ContentType
            | Self::ContentEncoding
            | Self::TooLarge
            | Self::TooSlow
            | Self::BrokenOff
            | Self::SelfTest => None,
        }
    }
}

/// The texts of refusals, in the language of this installation; where one is missing its name stands.
#[derive(Clone, Debug, Default)]
pub struct RefusalTexts(Arc<BTreeMap<Refusal, String>>);

impl RefusalTexts {
    /// Asked of who has the texts, by their keys.
    pub fn of(text: impl Fn(&str) -> String) -> Self {
        Self(Arc::new(Refusal::all().map(|refusal| (refusal, text(&refusal.key()))).collect()))
    }

    pub(crate) fn get(&self, refusal: Refusal) -> String {
        self.0.get(&refusal).cloned().unwrap_or_else(|| refusal.name().to_owned())
    }

    /// A whole answer, for who is answered before a request is read.
    pub(crate) fn whole(&self, refusal: Refusal) -> String {
        let (status, words) = refusal.status();
        let text = self.get(refusal) + "\n";
        let retry = refusal.retry_after().map(|seconds| format!("Retry-After: {seconds}\r\n")).unwrap_or_default();
        format!(
            "HTTP/1.1 {status} {words}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n{retry}Connection: close\r\n\r\n{text}",
            text.len()
        )
    }
}
