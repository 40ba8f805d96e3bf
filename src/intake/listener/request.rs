//! One request: what may come in, and what is answered.
//!
//! **Invariant:** no word of what was sent stands in an answer that is not an acknowledgement, nor in the log.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use domain::InstanceId;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response,
    body::{Bytes, Incoming},
    header::{self, HeaderMap, HeaderValue},
};
use store::{CertificateRefusal, Trouble};
use uuid::Uuid;

use super::{
    Shared,
    pace::Pace,
    refusal::Refusal,
    senders::Sender,
    trust::{Peer, Right, right},
    wsdl,
};
use crate::{Answered, Message, NotTaken, Taken, Way};

/// Who asks.
pub(crate) struct Asking {
    pub(crate) shared: Arc<Shared>,
    pub(crate) peer: Peer,
    pub(crate) sender: Arc<Sender>,
    pub(crate) address: SocketAddr,
    pub(crate) pace: Arc<Pace>,
}

type Reply = Response<Full<Bytes>>;

/// Answers a request.
pub(crate) async fn answer(asking: Arc<Asking>, request: Request<Incoming>) -> Result<Reply, Infallible> {
    asking.pace.request();
    let reply = match asking.asked(request).await {
        Ok(reply) => reply,
        Err(refusal) => asking.refused(refusal),
    };
    asking.pace.answer();
    Ok(reply)
}

fn text(status: u16, kind: &'static str, body: String) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

// LIMIT: bytes that are read where requests are answered; the samples have 2–5 kB.
const LARGE: usize = 64 << 10;

const PLAIN: &str = "text/plain; charset=utf-8";

impl Asking {
    async fn asked(&self, request: Request<Incoming>) -> Result<Reply, Refusal> {
        let shared = &self.shared;
        let path = request.uri().path();
        let of_wsdl = request.uri().query().is_some_and(|query| query.eq_ignore_ascii_case("wsdl"));
        if path == "/gezond" && request.method() == Method::GET && self.address.ip().is_loopback() {
            let (status, body) = shared.health();
            let status = status.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(503);
            return Ok(text(status, PLAIN, body.to_owned()));
        }
        if path != shared.path {
            return Err(Refusal::Path);
        }
        if request.method() == Method::GET && of_wsdl {
            let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
            return Ok(text(200, "text/xml; charset=utf-8", wsdl::at(host, &shared.path)));
        }
        if request.method() != Method::POST {
            return Err(Refusal::Method);
        }
        self.posted(request).await
    }

    async fn posted(&self, request: Request<Incoming>) -> Result<Reply, Refusal> {
        let shared = &self.shared;
        let now = (shared.entrance.clock)();
        let right = right(&self.peer, &shared.entrance.board, now).map_err(Refusal::Certificate)?;
        shared.senders.request(&self.sender).map_err(|_| Refusal::Requests)?;
        let charset = content(request.headers())?;
        let declared = length(request.headers());
        if declared.is_some_and(|bytes| bytes > shared.limits.body_bytes_max as u64) {
            return Err(Refusal::TooLarge);
        }
        shared.has_room()?;
        let expected = declared.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default();
        shared.entrance.has_room(expected).map_err(of_queue)?;
        let (body, room) = self.body(request.into_body(), expected).await?;
        let deadline = std::time::Duration::from_secs(shared.limits.answer_seconds);
        let acknowledgement_id = Uuid::new_v4().to_string();
        let (allowed, self_test): (Arc<[InstanceId]>, _) = match right {
            Right::Sends(allowed) => (allowed, None),
            Right::SelfTest(pass) if pass.over || pass.digest != seal::digest(&body) => return Err(Refusal::SelfTest),
            Right::SelfTest(pass) => (Arc::default(), Some(pass.fingerprint.as_str().into())),
        };
        let message = Message { bytes: body, charset, way: Way::Https, allowed, acknowledgement_id, self_test };
        let answered = async {
            let _in_hand = shared.senders.in_hand(&self.sender).await;
            let large = message.bytes.len() > LARGE;
            let hand_in = || shared.entrance.hand_in(message);
            // Reading a large one takes milliseconds: other connections go on meanwhile.
            let handed = if large { tokio::task::block_in_place(hand_in) } else { hand_in() };
            match handed {
                Ok(waiting) => Ok(waiting.answer().await),
                Err((why, _)) => Err(of_queue(why)),
            }
        };
        // Whether it was stored is not known then: its repeat comes to rest.
        let answered = tokio::time::timeout(deadline, answered).await.map_err(|_| Refusal::NotStored)??;
        drop(room);
        match answered {
            Answered::Taken(taken) => {
                self.said(&taken);
                Ok(acknowledgement(taken))
            }
            Answered::NotStored(taken) => {
                if !self.is_self_test() {
                    shared.entrance.board.trouble(Trouble::NotStored);
                }
                self.say(Refusal::NotStored.name());
                Ok(acknowledgement(taken))
            }
        }
    }

    /// The message, within its limits of bytes and time.
    async fn body(&self, body: Incoming, expected: usize) -> Result<(Vec<u8>, Room<'_>), Refusal> {
        let limits = &self.shared.limits;
        let mut room = Room { all: &self.shared.bodies, own: &self.sender.bytes, bytes: 0 };
        // LIMIT: bytes that are made ready for what is only announced.
        let mut bytes = Vec::with_capacity(expected.min(64 << 10));
        let mut body = body;
        let all = async {
            while let Some(frame) = body.frame().await {
                let Ok(data) = frame.map_err(|_| Refusal::BrokenOff)?.into_data() else { continue };
                if bytes.len() + data.len() > limits.body_bytes_max {
                    return Err(Refusal::TooLarge);
                }
                room.take(data.len());
                let over = room.all.load(Relaxed) > limits.bodies_bytes_max
                    || room.own.load(Relaxed) > limits.bodies_per_sender_bytes_max;
                if over {
                    return Err(Refusal::TooMuch);
                }
                bytes.extend_from_slice(&data);
            }
            Ok(())
        };
        let deadline = std::time::Duration::from_secs(limits.body_seconds);
        tokio::time::timeout(deadline, all).await.map_err(|_| Refusal::TooSlow)??;
        Ok((bytes, room))
    }

    fn said(&self, taken: &Taken) {
        let board = &self.shared.entrance.board;
        let now = (self.shared.entrance.clock)();
        if self.is_self_test() {
            return;
        }
        match &taken.not_allowed {
            None => board.accepted(&self.peer.certificate.seen, now),
            Some(organisation) => {
                let organisation = Some(organisation.clone());
                board.refused(&self.peer.certificate.seen, CertificateRefusal::OtherOrganisation, organisation, now);
                self.say(CertificateRefusal::OtherOrganisation.name());
            }
        }
    }

    /// Of the program itself nothing is counted.
    fn is_self_test(&self) -> bool {
        let pass = self.shared.entrance.board.self_test();
        pass.is_some_and(|pass| pass.fingerprint == self.peer.certificate.seen.fingerprint)
    }

    fn refused(&self, refusal: Refusal) -> Reply {
        let shared = &self.shared;
        if let Refusal::Certificate(reason) = refusal {
            shared.entrance.board.refused(&self.peer.certificate.seen, reason, None, (shared.entrance.clock)());
        }
        if !self.is_self_test() {
            shared.trouble(refusal);
        }
        self.say(refusal.name());
        let mut reply = text(refusal.status().0, PLAIN, shared.texts.get(refusal) + "\n");
        let headers = reply.headers_mut();
        if let Some(seconds) = refusal.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if refusal == Refusal::Method {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        // What is left of the request is not waited for.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        reply
    }

    fn say(&self, kind: &'static str) {
        self.shared.say(&self.peer.certificate.seen.fingerprint, kind, self.address);
    }
}

/// Room for a message that comes in; given back when dropped.
struct Room<'a> {
    all: &'a AtomicUsize,
    own: &'a AtomicUsize,
    bytes: usize,
}

impl Room<'_> {
    fn take(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.all.fetch_add(bytes, Relaxed);
        self.own.fetch_add(bytes, Relaxed);
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Relaxed);
        self.own.fetch_sub(self.bytes, Relaxed);
    }
}

fn of_queue(why: NotTaken) -> Refusal {
    match why {
        NotTaken::Full => Refusal::TooMuch,
        NotTaken::Shut => Refusal::NotStored,
    }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The charset, where one is named; the message itself says what it is. XML as it is, in no other wrapping.
fn content(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let encoded = headers.get_all(header::CONTENT_ENCODING).iter().any(|encoding| encoding != "identity");
    if encoded {
        return Err(Refusal::ContentEncoding);
    }
    // Chunks are unpacked by then; what else it was packed in is not. 501 would be the RFC's word (9112 §6.1), and have senders come again.
    let mut transfer = headers.get_all(header::TRANSFER_ENCODING).iter();
    let in_chunks =
        transfer.next().is_none_or(|coding| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"));
    if !in_chunks || transfer.next().is_some() {
        return Err(Refusal::ContentEncoding);
    }
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(None) };
    let kind = kind.to_str().map_err(|_| Refusal::ContentType)?.to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let is_xml = matches!(kind, "text/xml" | "application/xml" | "application/soap+xml" | "application/hl7-v3+xml");
    if !is_xml {
        return Err(Refusal::ContentType);
    }
    Ok(parts.find_map(|part| part.strip_prefix("charset=")).map(|name| name.trim_matches('"').to_owned()))
}

fn acknowledgement(taken: Taken) -> Reply {
    let answer = taken.answer;
    let mut reply = text(answer.http_status, answer.content_type, answer.xml.unwrap_or_default());
    if reply.body().size_hint_is_empty() {
        reply.headers_mut().remove(header::CONTENT_TYPE);
    }
    if let Some(seconds) = answer.retry_after_seconds {
        reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    reply
}

trait IsEmpty {
    fn size_hint_is_empty(&self) -> bool;
}

impl IsEmpty for Full<Bytes> {
    fn size_hint_is_empty(&self) -> bool {
        hyper::body::Body::size_hint(self).exact() == Some(0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(pairs: &[(&'static str, &'static str)]) -> Result<Option<String>, Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        content(&headers)
    }

    #[test]
    fn xml_is_taken_by_each_of_its_names_and_attachments_or_encodings_are_not() {
        let kind = |kind: &'static str| of(&[("content-type", kind)]);
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(kind("text/xml; charset=\"ISO-8859-1\"").unwrap().as_deref(), Some("iso-8859-1"));
        assert_eq!(kind("application/soap+xml;charset=utf-8;action=\"x\"").unwrap().as_deref(), Some("utf-8"));
        assert_eq!(kind("application/xml"), Ok(None));
        for other in ["multipart/related; type=\"application/xop+xml\"", "application/xop+xml", "application/json", "x"]
        {
            assert_eq!(kind(other), Err(Refusal::ContentType), "{other}");
        }
        assert_eq!(of(&[("content-encoding", "gzip")]), Err(Refusal::ContentEncoding));
        assert_eq!(of(&[("content-encoding", "identity")]), Ok(None));
        assert_eq!(of(&[("transfer-encoding", " Chunked ")]), Ok(None));
        for packed in ["gzip, chunked", "chunked, chunked", "x-gzip,chunked", "identity, chunked"] {
            assert_eq!(of(&[("transfer-encoding", packed)]), Err(Refusal::ContentEncoding), "{packed}");
        }
        let twice = [("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")];
        assert_eq!(of(&twice), Err(Refusal::ContentEncoding));
    }
}
