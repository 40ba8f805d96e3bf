//! The steps, each within its own time.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use rustls_pki_types::CertificateDer;
use tokio::net::{TcpStream, lookup_host};

use super::{SelfTestAsked, SelfTestDone, SelfTestFault, Shared, http, tls};
use crate::listener::{CertificateRead, read_certificate};

// LIMIT: seconds of each step: name, pass, connection, TLS, answer. A receiver on the same machine needs a part of one.
const STEP: Duration = Duration::from_secs(10);
// LIMIT: addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

/// Does them until one fails.
pub(super) async fn all(asked: &SelfTestAsked, shared: &Shared) -> Result<(), SelfTestFault> {
    let (to, is_every) = within(addresses(&asked.address)).await?;
    shared.done(SelfTestDone::Address { to: to.clone(), is_every });
    let heard = within(heard(shared)).await.unwrap_or(false);
    let (tcp, to) = within(connect(&to)).await?;
    shared.done(SelfTestDone::Connection(to));
    // One that does not know the pass would list the certificate as refused: it is shown to no other.
    let identity = heard.then_some(&asked.identity);
    let (stream, certificate) = within(tls::shake(tcp, to, identity)).await?;
    shared.done(server(&certificate, asked)?);
    if !heard {
        return Err(SelfTestFault::NotHeard);
    }
    if !asked.path.starts_with('/') || !asked.path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SelfTestFault::Path);
    }
    let answer = within(http::post(stream, to, &asked.path, &asked.message)).await?;
    if answer.status == 403 {
        return Err(SelfTestFault::NotAccepted);
    }
    shared.done(SelfTestDone::Client);
    match answer.status {
        200 => shared.done(SelfTestDone::Status),
        404 => return Err(SelfTestFault::Path),
        429 => return Err(SelfTestFault::Limited),
        503 => return Err(SelfTestFault::Busy),
        other => return Err(SelfTestFault::OtherStatus(other)),
    }
    match hl7::acknowledgement_code(&answer.body) {
        Some("CA") => shared.done(SelfTestDone::Acknowledgement),
        Some(code) => return Err(SelfTestFault::Refused(code)),
        None => return Err(SelfTestFault::NoAcknowledgement),
    }
    Ok(())
}

async fn within<T>(step: impl Future<Output = Result<T, SelfTestFault>>) -> Result<T, SelfTestFault> {
    tokio::time::timeout(STEP, step).await.unwrap_or(Err(SelfTestFault::TooSlow))
}

async fn heard(shared: &Shared) -> Result<bool, SelfTestFault> {
    let mut heard = shared.heard.subscribe();
    let known = heard.wait_for(Option::is_some).await.map_err(|_| SelfTestFault::Stopped)?;
    Ok(*known == Some(true))
}

async fn addresses(text: &str) -> Result<(Vec<SocketAddr>, bool), SelfTestFault> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        let is_every = address.ip().is_unspecified();
        return if address.port() == 0 {
            Err(SelfTestFault::NoAddress)
        } else {
            Ok((vec![reached(address)], is_every))
        };
    }
    let (_, port) = text.rsplit_once(':').ok_or(SelfTestFault::NoAddress)?;
    if port.parse::<u16>().unwrap_or(0) == 0 {
        return Err(SelfTestFault::NoAddress);
    }
    let found = lookup_host(text).await.map_err(|_| SelfTestFault::UnknownName)?;
    let found: Vec<SocketAddr> = found.take(ADDRESSES_MAX).collect();
    if found.is_empty() { Err(SelfTestFault::UnknownName) } else { Ok((found, false)) }
}

/// What listens at every address is reached at this machine's own.
fn reached(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other @ (IpAddr::V4(_) | IpAddr::V6(_)) => other,
    };
    SocketAddr::new(ip, address.port())
}

async fn connect(to: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), SelfTestFault> {
    let mut fault = SelfTestFault::UnknownName;
    for address in to {
        match TcpStream::connect(address).await {
            Ok(tcp) => return Ok((tcp, *address)),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => fault = SelfTestFault::NobodyListens,
            Err(_) => fault = SelfTestFault::Unreachable,
        }
    }
    Err(fault)
}

fn server(certificate: &CertificateDer<'_>, asked: &SelfTestAsked) -> Result<SelfTestDone, SelfTestFault> {
    let CertificateRead { seen, not_before } = read_certificate(certificate).ok_or(SelfTestFault::TlsBroken)?;
    if asked.expected.as_ref().is_some_and(|expected| *expected != seen.fingerprint) {
        return Err(SelfTestFault::OtherCertificate(Box::new(seen)));
    }
    if seen.not_after < asked.now {
        return Err(SelfTestFault::Expired(Box::new(seen)));
    }
    if not_before > asked.now {
        return Err(SelfTestFault::NotYet(Box::new(seen)));
    }
    Ok(SelfTestDone::Server { certificate: seen, compared: asked.expected.is_some() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn every_address_is_this_machine_itself_and_what_is_no_address_with_a_port_is_none() {
        let to = async |text| addresses(text).await.map(|(to, is_every)| (to[0].to_string(), is_every));
        assert_eq!(to("0.0.0.0:8443").await, Ok(("127.0.0.1:8443".into(), true)));
        assert_eq!(to("[::]:443").await, Ok(("[::1]:443".into(), true)));
        assert_eq!(to("10.1.2.3:443").await, Ok(("10.1.2.3:443".into(), false)));
        for none in ["", "seh", "127.0.0.1", "127.0.0.1:0", "seh:x", "localhost:0"] {
            assert_eq!(to(none).await, Err(SelfTestFault::NoAddress), "{none}");
        }
        assert_eq!(to("nergens.invalid:443").await, Err(SelfTestFault::UnknownName));
    }
}
