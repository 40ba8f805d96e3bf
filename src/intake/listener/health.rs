//! `GET /gezond`: whether messages are taken in, for a monitor on the same machine. No TLS, and on loopback alone.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use super::Shared;

// LIMIT: bytes and seconds of such a request, and how many at the same time.
const BYTES: usize = 4096;
const SECONDS: Duration = Duration::from_secs(2);
const AT_ONCE: usize = 8;

/// Answers until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let _ = tokio::time::timeout(SECONDS, one(stream, &shared)).await;
            drop(place);
        });
    }
}

async fn one(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") && asked.len() < BYTES {
        if stream.read_buf(&mut asked).await? == 0 {
            return Ok(());
        }
    }
    let (status, text) = if asked.starts_with(b"GET /gezond ") { shared.health() } else { ("404 Not Found", "\n") };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
