//! The client's side of TLS 1.3: who the server is, is remembered and judged after the handshake, so that it can be shown.
//!
//! **Invariant:** after the handshake the server has proven to have the key of the certificate it showed; that alone.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use rustls::{
    AlertDescription, ClientConfig, DigitallySignedStruct, Error, PeerMisbehaved, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, verify_tls13_signature},
    version::TLS13,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{SelfTestFault, SelfTestIdentity};

/// Shakes hands, with the certificate of this identity or with none; gives the server's certificate.
pub(super) async fn shake(
    tcp: TcpStream,
    to: SocketAddr,
    identity: Option<&SelfTestIdentity>,
) -> Result<(TlsStream<TcpStream>, CertificateDer<'static>), SelfTestFault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let shown = Arc::new(Shown { provider: Arc::clone(&provider), certificate: Mutex::new(None) });
    let config = config(provider, Arc::clone(&shown), identity).map_err(|_| SelfTestFault::System)?;
    let name = ServerName::IpAddress(to.ip().into());
    let stream = TlsConnector::from(Arc::new(config)).connect(name, tcp).await.map_err(|error| fault(&error))?;
    let certificate = shown.certificate.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok((stream, certificate.ok_or(SelfTestFault::TlsBroken)?))
}

fn config(
    provider: Arc<CryptoProvider>,
    shown: Arc<Shown>,
    identity: Option<&SelfTestIdentity>,
) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(shown);
    let mut config = match identity {
        Some(SelfTestIdentity { certificate, key, .. }) => {
            builder.with_client_auth_cert(vec![certificate.clone()], key.clone_key())?
        }
        None => builder.with_no_client_auth(),
    };
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// What TLS says of an error, where it does.
pub(super) fn of_tls(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref::<Error>()
}

fn fault(error: &io::Error) -> SelfTestFault {
    match of_tls(error) {
        Some(Error::InvalidMessage(_)) => SelfTestFault::NoTls,
        Some(Error::PeerIncompatible(_) | Error::AlertReceived(AlertDescription::ProtocolVersion)) => {
            SelfTestFault::OtherTls
        }
        Some(_) => SelfTestFault::TlsBroken,
        None if error.kind() == ErrorKind::InvalidData => SelfTestFault::NoTls,
        None => SelfTestFault::TlsBroken,
    }
}

/// The certificate that the server showed.
#[derive(Debug)]
struct Shown {
    provider: Arc<CryptoProvider>,
    certificate: Mutex<Option<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Shown {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.certificate.lock().unwrap_or_else(PoisonError::into_inner) = Some(own.clone().into_owned());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
