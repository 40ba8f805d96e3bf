//! One connection: the handshake, who is there, and its requests one after the other.

use std::{future::poll_fn, io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    Shared,
    certificate::read_certificate,
    counted::Handshaking,
    pace::{Pace, Paced, PacedStream},
    refusal::Refusal,
    request::{Asking, answer},
    senders::Connected,
    trust::{Peer, right},
};

// LIMIT: seconds and bytes in which the other side may end after it was told no; the answer would be lost if it were cut off at once.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1 << 20;
/// First byte of a TLS record that holds a handshake.
const HANDSHAKE: u8 = 22;

/// Serves a connection until it ends.
pub(crate) async fn serve(tcp: TcpStream, address: SocketAddr, shared: Arc<Shared>, handshaking: Handshaking) {
    let time = Duration::from_secs(shared.limits.handshake_seconds);
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(time, handshake(tcp, &shared)) => shaken,
        () = handshaking.gives_way() => return shared.say_stranger(None, "too-many-handshakes", address),
    };
    let stream = match shaken {
        Ok(Ok(stream)) => stream,
        Ok(Err(NoHandshake::Plain(tcp))) => {
            shared.say_stranger(None, Refusal::Plain.name(), address);
            return refuse(tcp, &shared, Refusal::Plain).await;
        }
        Ok(Err(NoHandshake::Failed(why))) => return shared.say_stranger(None, why, address),
        Err(_) => return shared.say_stranger(None, "handshake-too-slow", address),
    };
    drop(handshaking);
    match known(&stream, &shared) {
        Ok((peer, sender)) => {
            let paced = shared.paces.begin(shared.stages());
            let pace = Arc::clone(&paced.pace);
            let asking = Asking { shared: Arc::clone(&shared), peer, sender: Arc::clone(&sender.0), address, pace };
            requests(stream, Arc::new(asking), paced, sender).await;
        }
        Err((who, refusal)) => {
            shared.trouble(refusal);
            match &who {
                Shows::Listed(fingerprint) => shared.say(fingerprint, refusal.name(), address),
                Shows::Other(fingerprint) => shared.say_stranger(fingerprint.as_deref(), refusal.name(), address),
            }
            refuse(stream, &shared, refusal).await;
        }
    }
}

enum NoHandshake {
    /// It is no TLS that it speaks.
    Plain(TcpStream),
    /// Why, as a word.
    Failed(&'static str),
}

async fn handshake(tcp: TcpStream, shared: &Shared) -> Result<TlsStream<TcpStream>, NoHandshake> {
    let broken = |_: io::Error| NoHandshake::Failed("handshake-broken-off");
    tcp.set_nodelay(true).map_err(broken)?;
    let mut first = [0];
    if tcp.peek(&mut first).await.map_err(broken)? == 0 {
        return Err(NoHandshake::Failed("handshake-broken-off"));
    }
    if first != [HANDSHAKE] {
        return Err(NoHandshake::Plain(tcp));
    }
    TlsAcceptor::from(shared.server()).accept(tcp).await.map_err(|error| {
        let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        NoHandshake::Failed(match of_tls {
            Some(rustls::Error::NoCertificatesPresented) => "no-certificate",
            Some(rustls::Error::PeerIncompatible(_)) => "other-tls-version",
            Some(_) => "handshake",
            None => "handshake-broken-off",
        })
    })
}

/// The fingerprint of the certificate that a refused one shows.
enum Shows {
    /// It is listed, and believed to be the one that is.
    Listed(String),
    /// Anybody can make it.
    Other(Option<String>),
}

/// Whose certificate it is; else who is refused, as far as known, and why.
fn known(stream: &TlsStream<TcpStream>, shared: &Shared) -> Result<(Peer, Connected), (Shows, Refusal)> {
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let unreadable = || (Shows::Other(None), Refusal::Certificate(store::CertificateRefusal::Unlisted));
    let certificate = chain.first().and_then(read_certificate).ok_or_else(unreadable)?;
    let (now, board) = ((shared.entrance.clock)(), &shared.entrance.board);
    let peer = Peer { certificate, issued: shared.client_ca().issued(chain, now) };
    let seen = &peer.certificate.seen;
    let fingerprint = seen.fingerprint.clone();
    if let Err(reason) = right(&peer, board, now) {
        board.refused(seen, reason, None, now);
        let listed = board.listed();
        let is_listed = listed.contains_key(&fingerprint) || (peer.issued && listed.contains_key(&seen.names));
        let who = if is_listed { Shows::Listed(fingerprint) } else { Shows::Other(Some(fingerprint)) };
        return Err((who, Refusal::Certificate(reason)));
    }
    let connected = shared.senders.connect(&fingerprint);
    let connected = connected.ok_or((Shows::Listed(fingerprint), Refusal::Connections))?;
    Ok((peer, connected))
}

/// Tells no before anything is read, and lets the other side end.
async fn refuse(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared, refusal: Refusal) {
    let answer = shared.texts.whole(refusal);
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await
    };
    // Who does not take it is closed all the same.
    if let Ok(Ok(())) = tokio::time::timeout(LINGER, told).await {
        linger(stream).await;
    }
}

/// Says that nothing more comes, and reads over what is still sent.
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let ended = async {
        stream.shutdown().await?;
        let (mut left, mut buffer) = (LINGER_BYTES, vec![0; 4096]);
        while left > 0 {
            match stream.read(&mut buffer).await? {
                0 => break,
                count => left = left.saturating_sub(count),
            }
        }
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(LINGER, ended).await;
}

async fn requests(stream: TlsStream<TcpStream>, asking: Arc<Asking>, paced: Paced, _connected: Connected) {
    let shared = Arc::clone(&asking.shared);
    let (pace, address) = (Arc::clone(&paced.pace), asking.address);
    let who = asking.peer.certificate.seen.fingerprint.clone();
    let io = TokioIo::new(PacedStream::new(stream, Arc::clone(&pace)));
    let service = service_fn(move |request| Box::pin(answer(Arc::clone(&asking), request)));
    let mut connection = http1::Builder::new()
        .max_buf_size(shared.limits.header_bytes_max)
        // LIMIT: headers of a request; a sender's program writes some ten.
        .max_headers(64)
        // Its stages have their own clocks here, from the first byte on.
        .header_read_timeout(None)
        .writev(false)
        .serve_connection(io, service);
    let mut stopping = shared.stopping.subscribe();
    let mut told = *stopping.borrow();
    loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => {
                if ended.is_err() {
                    shared.say(&who, "request-broken-off", address);
                }
                break;
            }
            _ = stopping.changed(), if !told => {
                told = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            () = pace.over() => return over(&pace, &shared, &who, address),
        }
    }
    linger(connection.into_parts().io.into_inner().into_inner()).await;
}

fn over(pace: &Pace, shared: &Shared, who: &str, address: SocketAddr) {
    if pace.had_begun() {
        shared.say(who, Refusal::TooSlow.name(), address);
    }
}
