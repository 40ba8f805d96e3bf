//! One request and its answer, as a hospital's system makes it: HTTP/1.1, closed after it.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use super::{SelfTestFault, SelfTestMessage, tls::of_tls};

// LIMIT: bytes of an answer; an acknowledgement has some 2 kB.
const ANSWER_MAX: usize = 64 << 10;

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Posts a message and reads the answer.
pub(super) async fn post(
    mut stream: TlsStream<TcpStream>,
    to: SocketAddr,
    path: &str,
    message: &SelfTestMessage,
) -> Result<Answer, SelfTestFault> {
    let SelfTestMessage { bytes, content_type } = message;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {to}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    let request = [head.as_bytes(), bytes].concat();
    // Who is told no may be cut off while it still writes: the answer says why.
    let _ = async {
        stream.write_all(&request).await?;
        stream.flush().await
    }
    .await;
    let (mut came, mut buffer) = (Vec::new(), vec![0; 4096]);
    loop {
        let ended = match stream.read(&mut buffer).await {
            Ok(0) => true,
            Ok(count) => {
                came.extend_from_slice(buffer.get(..count).unwrap_or_default());
                false
            }
            Err(error) if came.is_empty() => return Err(without_answer(&error)),
            Err(_) => true,
        };
        match answer(&came, ended) {
            Some(answer) => return Ok(answer),
            None if ended || came.len() > ANSWER_MAX => return Err(SelfTestFault::Broken),
            None => {}
        }
    }
}

fn without_answer(error: &io::Error) -> SelfTestFault {
    match of_tls(error) {
        // The server's verdict on the client's certificate comes after the client's side of the handshake.
        Some(rustls::Error::AlertReceived(_)) => SelfTestFault::NotAccepted,
        Some(_) | None => SelfTestFault::Broken,
    }
}

/// A whole answer; where none says its length, the end of the connection is its end.
fn answer(came: &[u8], ended: bool) -> Option<Answer> {
    let end = came.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = (came.get(..end)?, came.get(end + 4..)?);
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())
    });
    let body = match length {
        Some(length) => body.get(..length?)?,
        None if ended => body,
        None => return None,
    };
    Some(Answer { status, body: body.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_at_its_length_or_at_the_end_and_else_it_is_none() {
        let of = |text: &str, ended| answer(text.as_bytes(), ended).map(|a| (a.status, a.body.len()));
        let long = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
        assert_eq!(of(&format!("{long}abcd"), false), Some((200, 4)));
        assert_eq!(of(&format!("{long}abc"), true), None);
        assert_eq!(of("HTTP/1.1 404 Not Found\r\n\r\nweg", true), Some((404, 3)));
        assert_eq!(of("HTTP/1.1 404 Not Found\r\n\r\nweg", false), None);
        for none in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "SSH-2.0\r\n\r\n",
            "HTTP/1.1 x\r\n\r\n",
            "HTTP/1.1 200\r\nContent-Length: -1\r\n\r\n",
        ] {
            assert_eq!(of(none, true), None, "{none}");
        }
    }
}
