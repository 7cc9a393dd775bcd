//! A throwaway authority and what it signs. Both are made when a mock starts; the private keys never leave memory,
//! and the authority's own is gone once it has signed. Who trusts its certificate trusts this one run.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

use crate::protocol::{FaultKind, Obstacle};

/// The names of this machine that a certificate is for.
pub(super) const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Days before or after today.
const LONG_AGO: i64 = -90;
const A_WHILE_AGO: i64 = -60;
const YESTERDAY: i64 = -1;
const TOMORROW: i64 = 1;
const NEXT_YEAR: i64 = 365;

/// An authority that lives as long as a run.
pub struct Authority {
    pem: String,
    certificate: CertificateDer<'static>,
    valid: Identity,
    untrusted: Identity,
    self_signed: Identity,
    expired: Identity,
    not_yet_valid: Identity,
    another_host: Identity,
}

/// A certificate with its private key, ready to be presented.
#[derive(Clone)]
pub struct Identity {
    acceptor: TlsAcceptor,
    /// What is sent in place of a handshake.
    instead: Option<&'static [u8]>,
}

/// The alert `handshake_failure`, as from a server that has no version or cipher in common with the client.
const ALERT: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28";
/// What a server without TLS says to bytes that are no HTTP.
const PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Why there is no authority.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS server could not be set up.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

impl Authority {
    /// A new authority, with certificates for this machine's loopback and for one more host, where there is one.
    pub fn new(host: Option<&str>) -> Result<Self, AuthorityError> {
        let authority = issuer("caketester: throwaway authority of one run")?;
        let names: Vec<&str> = LOOPBACK.into_iter().chain(host).collect();
        Self::of(&authority, (authority.pem(), authority.der().clone()), &names, FaultKind::NOBODYS_HOST)
    }

    /// The authority with this certificate, and what it signs: for these names, and for another host.
    pub(super) fn of(
        authority: &Issuer<'_, KeyPair>,
        (pem, certificate): (String, CertificateDer<'static>),
        names: &[&str],
        another_host: &str,
    ) -> Result<Self, AuthorityError> {
        let stranger = issuer("caketester: an authority that no system trusts")?;
        let host = names.get(LOOPBACK.len()).copied().unwrap_or(LOOPBACK[1]);
        Ok(Self {
            valid: identity(Some(authority), names, YESTERDAY, NEXT_YEAR)?,
            untrusted: identity(Some(&stranger), names, YESTERDAY, NEXT_YEAR)?,
            self_signed: identity(None, names, YESTERDAY, NEXT_YEAR)?,
            expired: identity(Some(authority), names, A_WHILE_AGO, YESTERDAY)?,
            not_yet_valid: identity(Some(authority), names, TOMORROW, NEXT_YEAR)?,
            // Who looks for the host's name somewhere in the certificate's finds it.
            another_host: identity(Some(authority), &[&format!("{host}.{another_host}")], YESTERDAY, NEXT_YEAR)?,
            pem,
            certificate,
        })
    }

    /// Its certificate as PEM: what clients are told to trust.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Its certificate as DER.
    pub fn der(&self) -> &[u8] {
        &self.certificate
    }

    /// What a mock presents: a certificate that verifies, or a bad one, or no TLS at all.
    pub fn identity(&self, bad: Option<Obstacle>) -> Identity {
        let instead = |bytes| Identity { instead: Some(bytes), ..self.valid.clone() };
        match bad {
            None | Some(Obstacle::Refused | Obstacle::UnknownHost) => self.valid.clone(),
            Some(Obstacle::Alert) => instead(ALERT),
            Some(Obstacle::NoTls) => instead(PLAIN),
            Some(Obstacle::Untrusted | Obstacle::UntrustedBySystem) => self.untrusted.clone(),
            Some(Obstacle::SelfSigned) => self.self_signed.clone(),
            Some(Obstacle::Expired) => self.expired.clone(),
            Some(Obstacle::NotYetValid) => self.not_yet_valid.clone(),
            Some(Obstacle::AnotherHost) => self.another_host.clone(),
        }
    }
}

impl Identity {
    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// What is sent in place of a handshake, where none is to come about.
    pub(super) fn instead(&self) -> Option<&'static [u8]> {
        self.instead
    }
}

/// What they hold is not shown.
impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

fn issuer(name: &str) -> Result<CertifiedIssuer<'static, KeyPair>, AuthorityError> {
    let params = as_issuer(name, lasting(LONG_AGO, NEXT_YEAR, CertificateParams::default()));
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// What makes a certificate that of an authority.
pub(super) fn as_issuer(name: &str, mut params: CertificateParams) -> CertificateParams {
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A server's certificate, signed by an issuer, or by nobody but itself.
fn identity(
    issuer: Option<&Issuer<'_, KeyPair>>,
    names: &[&str],
    from: i64,
    until: i64,
) -> Result<Identity, AuthorityError> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = lasting(from, until, CertificateParams::new(names)?);
    params.distinguished_name.push(DnType::CommonName, "caketester: mock CAKE");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Strict clients demand it: Python's default does since 3.13.
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer)?,
        None => params.self_signed(&key)?,
    };
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"http/1.0".to_vec()];
    // Who resumes a session looks at no certificate.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Identity { acceptor: TlsAcceptor::from(Arc::new(config)), instead: None })
}

/// Whole days, so that no clock that is a little off matters.
pub(super) fn lasting(from: i64, until: i64, mut params: CertificateParams) -> CertificateParams {
    let day = |days: i64| {
        let day = Timestamp::now().saturating_add(SignedDuration::from_hours(24 * days));
        let date = day.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC).date();
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    params.not_before = day(from);
    params.not_after = day(until);
    params
}
