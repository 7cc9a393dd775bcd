//! How the client of the mutation table sends a request, byte for byte, and what it gets.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::support::framing::{Framing, framed};

/// How long the client waits for the next byte.
const PATIENCE: Duration = Duration::from_millis(800);

/// How long it waits for the first byte: a server that was idle takes its time.
const FIRST_PATIENCE: Duration = Duration::from_millis(1_500);

/// A right answer is a few hundred bytes long.
const LONGEST_ANSWER: usize = 64 * 1024;

/// A request before it is bytes.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Where it goes, port included.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) version: &'static str,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The key, for those that put it elsewhere.
    pub(crate) key: String,
    /// Whether the client leaves as soon as it has sent the request.
    pub(crate) leaves: bool,
    /// Whether it goes without TLS, whatever the URL says.
    pub(crate) in_clear: bool,
    /// What it says is the host, where that is not where it goes; nothing leaves it out.
    pub(crate) names: Option<&'static str>,
}

impl Request {
    pub(crate) fn get(host: &str, path: &str, query: &str, key: &str) -> Self {
        Self {
            method: "GET",
            host: host.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            version: "HTTP/1.1",
            headers: vec![("Connection".to_owned(), "close".to_owned())],
            body: String::new(),
            key: key.to_owned(),
            leaves: false,
            in_clear: false,
            names: None,
        }
    }

    /// Adds a header.
    pub(crate) fn header(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    /// The bytes that go over the wire.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { method, host, path, query, version, headers, body, .. } = self;
        let target = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let host = self.names.unwrap_or(host);
        format!("{method} {target} {version}\r\nHost: {host}\r\n{}{length}\r\n{body}", headers.concat()).into_bytes()
    }
}

/// What came of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Got {
    /// The HTTP status, or 0 where none came.
    pub(crate) status: u16,
    pub(crate) head: String,
    /// As much of the body as came.
    pub(crate) body: Vec<u8>,
    pub(crate) end: End,
    /// What told its end.
    pub(crate) framing: Framing,
}

/// How it ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// The answer is whole.
    Whole,
    /// It broke off, or nothing came.
    #[default]
    Broken,
    /// It is no HTTP, or far too much of it.
    Garbage,
    /// Nothing more came, for too long.
    Stalled,
}

impl Got {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(':'));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Which certificates a client takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those that are right.
    Right,
    /// Any.
    Anything,
    /// Also one whose time is over.
    Expired,
    /// Also one for another host.
    AnotherHost,
    /// Also one of an authority that nobody knows.
    UnknownAuthority,
}

/// Sends a request and reads what comes, or as many bytes of it as are asked for.
pub(crate) async fn exchange(
    request: &Request,
    tls: Option<(Arc<[u8]>, Trust)>,
    most: Option<usize>,
) -> std::io::Result<Got> {
    let stream = TcpStream::connect(&*request.host).await?;
    let mut stream: Box<dyn Stream> = match tls {
        None => Box::new(stream),
        Some((authority, trust)) => {
            let name = request.host.rsplit_once(':').map_or(&*request.host, |(name, _)| name).to_owned();
            let name = ServerName::try_from(name).expect("a host is a name");
            Box::new(TlsConnector::from(Arc::new(config(&authority, trust))).connect(name, stream).await?)
        }
    };
    stream.write_all(&request.bytes()).await?;
    stream.flush().await?;
    if request.leaves {
        return Ok(Got::default());
    }
    let longest = most.unwrap_or(LONGEST_ANSWER);
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(FIRST_PATIENCE + PATIENCE, async {
        // Every byte starts the clock anew, but not for ever: a server can be slow in two ways.
        while bytes.len() < longest {
            let patience = if bytes.is_empty() { FIRST_PATIENCE } else { PATIENCE };
            match tokio::time::timeout(patience, stream.read_buf(&mut bytes)).await {
                Ok(Ok(0)) => return End::Whole,
                Ok(Ok(_)) => {}
                Ok(Err(_)) => return End::Broken,
                Err(_) => return End::Stalled,
            }
        }
        if most.is_some() { End::Whole } else { End::Garbage }
    });
    let end = read.await.unwrap_or(End::Stalled);
    Ok(got(&bytes, end, most))
}

/// What arrived.
fn got(bytes: &[u8], end: End, most: Option<usize>) -> Got {
    let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        let end = if end == End::Whole && !bytes.is_empty() { End::Garbage } else { end.max_broken() };
        return Got { body: bytes.to_vec(), end, ..Got::default() };
    };
    let body = bytes[head + 4..].to_vec();
    let head = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let version = head.strip_prefix("HTTP/1.1 ").or(head.strip_prefix("HTTP/1.0 "));
    let status = version.and_then(|rest| rest.split(' ').next()?.parse().ok());
    let mut got = Got { status: status.unwrap_or_default(), head, body, end, framing: Framing::Length };
    if status.is_none() {
        got.end = End::Garbage;
    }
    let (framing, body, is_whole) = framed(&got.head, &got.body);
    (got.framing, got.body) = (framing, body);
    if got.end == End::Whole && most.is_none() && !is_whole {
        got.end = End::Broken;
    }
    got
}

impl End {
    fn max_broken(self) -> Self {
        if self == Self::Whole { Self::Broken } else { self }
    }
}

fn config(authority: &[u8], trust: Trust) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.to_vec())).expect("the authority is one");
    let roots = Arc::new(roots);
    let provider = Arc::new(default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
    let right = verifier.build().expect("there is an authority");
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().expect("there are versions");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.dangerous().set_certificate_verifier(Arc::new(Verifier { right, trust }));
    config
}

/// A connection, by TLS or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Looks at a certificate, and passes over what its client passes over.
#[derive(Debug)]
struct Verifier {
    right: Arc<WebPkiServerVerifier>,
    trust: Trust,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use CertificateError as Wrong;
        let seen = self.right.verify_server_cert(certificate, others, name, stapled, now);
        let passed = match (self.trust, &seen) {
            (Trust::Anything, _) => true,
            (trust, Err(rustls::Error::InvalidCertificate(wrong))) => match wrong {
                Wrong::Expired | Wrong::ExpiredContext { .. } => trust == Trust::Expired,
                Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => trust == Trust::AnotherHost,
                Wrong::UnknownIssuer | Wrong::BadSignature => trust == Trust::UnknownAuthority,
                _ => false,
            },
            _ => false,
        };
        if passed { Ok(ServerCertVerified::assertion()) } else { seen }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.right.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.right.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.right.supported_verify_schemes()
    }
}
