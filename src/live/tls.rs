//! TLS with a real endpoint: whom it is verified by, and what was seen of its certificates.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme, SupportedProtocolVersion};
use serde::{Deserialize, Serialize};
use thiserror::Error as ThisError;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

/// Whose certificates are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The system's roots.
    System,
    /// Those in this PEM file, and no others.
    File(PathBuf),
}

/// Why no certificate can be verified.
#[derive(Debug, ThisError)]
pub enum TrustError {
    /// The file cannot be used.
    #[error(
        "cannot use the certificates of {file}: {reason}\n  help: --ca-file takes a PEM file with the authority's certificate"
    )]
    File {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The system has no roots to use.
    #[error("cannot use the system's certificates: {0}\n  help: name a PEM file of them with --ca-file")]
    System(Error),
}

/// What was seen of a TLS handshake.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TlsSeen {
    /// How many certificates the endpoint sent.
    pub certificates: usize,
    /// The names that the certificate is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Who issued each certificate, the endpoint's own first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<String>,
    /// How many more days the chain is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_for_days: Option<u64>,
    /// Why the certificates were refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The version of TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Verifies as another does, and keeps what it saw.
#[derive(Debug)]
pub(super) struct Watching {
    inner: Arc<dyn ServerCertVerifier>,
    seen: Mutex<Option<TlsSeen>>,
}

/// As far as a chain's end is looked for.
const LONGEST_DAYS: u64 = 4_000;

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

impl Watching {
    pub(super) fn new(trust: &Trust) -> Result<Arc<Self>, TrustError> {
        let inner: Arc<dyn ServerCertVerifier> = match trust {
            Trust::System => Arc::new(rustls_platform_verifier::Verifier::new(provider()).map_err(TrustError::System)?),
            Trust::File(path) => {
                let failed = |reason: String| TrustError::File { file: path.display().to_string(), reason };
                let mut roots = RootCertStore::empty();
                let found = CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?;
                for certificate in found {
                    let certificate = certificate.map_err(|error| failed(error.to_string()))?;
                    roots.add(certificate).map_err(|error| failed(error.to_string()))?;
                }
                let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
                built.map_err(|error| failed(error.to_string()))?
            }
        };
        Ok(Arc::new(Self { inner, seen: Mutex::default() }))
    }

    /// What was seen since the last call.
    pub(super) fn take(&self) -> Option<TlsSeen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn see(&self, change: impl FnOnce(&mut TlsSeen)) {
        change(self.seen.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default());
    }
}

impl ServerCertVerifier for Watching {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |at| self.inner.verify_server_cert(certificate, others, name, ocsp, at);
        let verified = verify(now);
        let holds_for = |days: u64| {
            verify(UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs() + days * 24 * 60 * 60))).is_ok()
        };
        let valid_for_days = verified.is_ok().then(|| {
            let (mut holds, mut ends) = (0, LONGEST_DAYS);
            while holds + 1 < ends {
                let middle = holds.midpoint(ends);
                *if holds_for(middle) { &mut holds } else { &mut ends } = middle;
            }
            holds
        });
        let refused = verified.as_ref().err().map(ToString::to_string);
        self.see(|seen| {
            *seen = TlsSeen {
                certificates: 1 + others.len(),
                names: names_of(certificate),
                issuers: std::iter::once(certificate).chain(others).filter_map(issuer_of).collect(),
                valid_for_days,
                refused,
                version: None,
            }
        });
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.see(|seen| seen.version = Some("1.2".to_owned()));
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.see(|seen| seen.version = Some("1.3".to_owned()));
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// The names in a certificate that clients compare with the host.
fn names_of(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return Vec::new() };
    let Ok(Some(names)) = certificate.subject_alternative_name() else { return Vec::new() };
    let shown = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    };
    names.value.general_names.iter().filter_map(shown).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// The organisation or the common name of whoever issued a certificate.
fn issuer_of(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let issuer = certificate.issuer();
    let name = issuer.iter_organization().chain(issuer.iter_common_name()).find_map(|name| name.as_str().ok());
    Some(name.map_or_else(|| issuer.to_string(), str::to_owned))
}

/// Settings for these versions of TLS. Without a verifier nothing is trusted: for a target by plain HTTP.
pub(super) fn config(
    verifier: Option<&Arc<Watching>>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(provider()).with_protocol_versions(versions)?;
    let mut config = match verifier {
        // It verifies as the system does, or as WebPKI with the given roots does.
        Some(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::<Watching>::clone(verifier)),
        None => builder.with_root_certificates(RootCertStore::empty()),
    }
    .with_no_client_auth();
    // Each connection shows its certificates.
    config.resumption = Resumption::disabled();
    Ok(config)
}
