//! An authority that is kept in a directory, for clients that trust only their system's store: it is added there once. What
//! it can sign is bounded by its certificate: names of this machine, and one host.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::{fs, str};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rcgen::{CertificateParams, CidrSubnet, GeneralSubtree, Issuer, KeyPair, NameConstraints};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::tls::{Authority, AuthorityError, LOOPBACK, as_issuer, lasting};

/// How many days it lasts, and from when: it is to be added once, and to be of no use in the end.
const LASTS: (i64, i64) = (-1, 730);

/// An authority that is kept, and where.
#[derive(Debug)]
pub struct Kept {
    /// The authority.
    pub authority: Authority,
    /// The file with its certificate.
    pub certificate: PathBuf,
    /// The name of its certificate.
    pub name: String,
    /// Whether it has just been made.
    pub is_new: bool,
}

/// What a directory says of its authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    /// The names that it can sign certificates for.
    names: Vec<String>,
    /// The day on which it ends.
    until: Date,
}

/// Why there is no kept authority.
#[derive(Debug, Error)]
pub enum KeptError {
    /// A file cannot be read or written.
    #[error("cannot use {}: {source}\n  help: --authority names a directory that caketester can write to", path.display())]
    Unusable {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what caketester writes.
    #[error("{} is damaged\n  help: remove the directory, and the authority from where it is trusted; a new one is made then", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Others can read the key.
    #[error("others can read {}, a private key\n  help: chmod 600 {}", path.display(), path.display())]
    Readable {
        /// The file with the key.
        path: PathBuf,
    },
    /// It was made for another host.
    #[error(
        "the authority in {} signs for {known} alone, not for {host}\n  help: keep one for {host} in another directory", directory.display()
    )]
    OtherHost {
        /// The directory.
        directory: PathBuf,
        /// What it signs for.
        known: String,
        /// What it was to sign for.
        host: String,
    },
    /// Its time is over.
    #[error(
        "the authority in {} ended on {until}\n  help: remove the directory, and the authority from where it is trusted; a new one is made then", directory.display()
    )]
    Ended {
        /// The directory.
        directory: PathBuf,
        /// The day.
        until: Date,
    },
    /// It cannot sign.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

impl Kept {
    /// Reads the authority that is kept in a directory, or makes one, for loopback and for one more host, where there is one.
    pub fn open(directory: &Path, host: Option<&str>) -> Result<Self, KeptError> {
        let about = directory.join("authority.json");
        match fs::read(&about) {
            Ok(text) => {
                let read = serde_json::from_slice(&text).map_err(|_| KeptError::Damaged { path: about })?;
                Self::read(directory, host, &read)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(directory, host, &about),
            Err(source) => Err(KeptError::Unusable { path: about, source }),
        }
    }

    fn read(directory: &Path, host: Option<&str>, about: &About) -> Result<Self, KeptError> {
        if let Some(host) = host.filter(|host| !about.names.iter().any(|name| name.eq_ignore_ascii_case(host))) {
            let (directory, known) = (directory.to_owned(), about.names.join(", "));
            return Err(KeptError::OtherHost { directory, known, host: host.to_owned() });
        }
        if about.until <= today() {
            return Err(KeptError::Ended { directory: directory.to_owned(), until: about.until });
        }
        let (key_file, certificate) = files(directory);
        let text = |path: &Path| {
            fs::read_to_string(path).map_err(|source| KeptError::Unusable { path: path.to_owned(), source })
        };
        only_mine(&key_file)?;
        let key = KeyPair::from_pem(&text(&key_file)?).map_err(|_| KeptError::Damaged { path: key_file })?;
        let pem = text(&certificate)?;
        Self::of(key, pem, about, certificate, false)
    }

    fn make(directory: &Path, host: Option<&str>, about_file: &Path) -> Result<Self, KeptError> {
        let unusable = |path: &Path| {
            let path = path.to_owned();
            move |source| KeptError::Unusable { path, source }
        };
        fs::create_dir_all(directory).map_err(unusable(directory))?;
        let names = LOOPBACK.into_iter().chain(host).map(str::to_owned).collect();
        let until = today().saturating_add(LASTS.1.days());
        let about = About { names, until };
        let key = KeyPair::generate().map_err(AuthorityError::from)?;
        let pem = params(&about).self_signed(&key).map_err(AuthorityError::from)?.pem();
        let (key_file, certificate) = files(directory);
        let mut file = mine(&key_file).map_err(unusable(&key_file))?;
        file.write_all(key.serialize_pem().as_bytes()).map_err(unusable(&key_file))?;
        fs::write(&certificate, &pem).map_err(unusable(&certificate))?;
        // The last of the three: where it stands, the others do.
        let text = serde_json::to_string_pretty(&about).unwrap_or_default() + "\n";
        fs::write(about_file, text).map_err(unusable(about_file))?;
        Self::of(key, pem, &about, certificate, true)
    }

    fn of(key: KeyPair, pem: String, about: &About, certificate: PathBuf, is_new: bool) -> Result<Self, KeptError> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes());
        let der = der.map_err(|_| KeptError::Damaged { path: certificate.clone() })?;
        let names: Vec<&str> = about.names.iter().map(String::as_str).collect();
        // Another host's name has to lie within what it can sign for: its certificate is to be wrong in one way alone.
        let authority = Authority::of(&Issuer::new(params(about), key), (pem, der), &names, "another-host.localhost")?;
        Ok(Self { authority, certificate, name: name(about), is_new })
    }
}

/// The files with the private key and with the certificate.
fn files(directory: &Path) -> (PathBuf, PathBuf) {
    (directory.join("authority.key"), directory.join("authority.pem"))
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// How long the name of a certificate may be (X.520).
const LONGEST_NAME: usize = 64;

fn name(about: &About) -> String {
    let host = about.names.get(LOOPBACK.len()).map_or("this machine", String::as_str);
    format!("caketester: kept authority for {host}").chars().take(LONGEST_NAME).collect()
}

fn params(about: &About) -> CertificateParams {
    let mut params = as_issuer(&name(about), lasting(LASTS.0, LASTS.1, CertificateParams::default()));
    let subtree = |name: &String| match name.parse() {
        Ok(IpAddr::V4(address)) => GeneralSubtree::IpAddress(CidrSubnet::V4(address.octets(), [0xFF; 4])),
        Ok(IpAddr::V6(address)) => GeneralSubtree::IpAddress(CidrSubnet::V6(address.octets(), [0xFF; 16])),
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    };
    let permitted_subtrees = about.names.iter().map(subtree).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    params
}

/// A new file that nobody else can read.
fn mine(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn only_mine(path: &Path) -> Result<(), KeptError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).map_err(|source| KeptError::Unusable { path: path.to_owned(), source })?;
    let of_others = metadata.permissions().mode() & 0o077;
    if of_others == 0 { Ok(()) } else { Err(KeptError::Readable { path: path.to_owned() }) }
}

/// Here the directory's own permissions decide.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn only_mine(_: &Path) -> Result<(), KeptError> {
    Ok(())
}
