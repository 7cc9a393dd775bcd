//! What keeps a program from the real network: a proxy that refuses every host but the mock, and, because PHP's streams
//! look at no variable, settings that make it theirs.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// Which programs a guard does not hold.
pub const ESCAPES: &str =
    ".NET Framework, Java, and PHP streams with a context of their own ask no proxy that the environment names";

/// The variable in which PHP looks for directories of further settings; an empty one in the list is its own.
const SCAN: &str = "PHP_INI_SCAN_DIR";
const SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };

/// Makes the proxy that of every stream that has no context of its own. It finds the file by its place: PHP
/// starts it before the program's own.
const PREPENDED: &str = "\
<?php
// Of caketester: the streams of this program go to its mock, and nowhere else. `--no-guard` leaves this out.
if (is_string($proxy = getenv('HTTPS_PROXY')) && strpos($proxy, 'http://') === 0) {
    $proxy = 'tcp://' . substr($proxy, strlen('http://'));
    stream_context_set_default(['http' => ['proxy' => $proxy], 'https' => ['proxy' => $proxy]]);
}
unset($proxy);
";

/// Where PHP's extensions look for authorities to trust.
const TRUST: &str = "curl.cainfo = \"${CAKE_CA_FILE}\"\nopenssl.cafile = \"${CAKE_CA_FILE}\"\n";

/// Settings for PHP, in a directory that lives as long as a run.
#[derive(Debug, Clone)]
pub struct PhpSettings {
    streams: PathBuf,
    trust: PathBuf,
}

impl PhpSettings {
    /// Writes them below a directory, which has to exist.
    pub fn write(directory: &Path) -> io::Result<Self> {
        let settings = Self { streams: directory.join("php-streams"), trust: directory.join("php-trust") };
        std::fs::create_dir(&settings.streams)?;
        std::fs::create_dir(&settings.trust)?;
        let prepended = settings.streams.join("prepended.php");
        std::fs::write(&prepended, PREPENDED)?;
        let ini = format!("auto_prepend_file = \"{}\"\n", prepended.display());
        std::fs::write(settings.streams.join("caketester.ini"), ini)?;
        std::fs::write(settings.trust.join("caketester.ini"), TRUST)?;
        Ok(settings)
    }

    /// Adds them to what a PHP would read, which may be more than its own; those of trust only where there is something to trust.
    pub(super) fn apply(&self, command: &mut Command, inherited: Option<&str>, trusts: bool) {
        let mut directories = OsString::from(inherited.unwrap_or_default());
        for directory in [Some(&self.streams), Some(&self.trust).filter(|_| trusts)].into_iter().flatten() {
            directories.push(SEPARATOR);
            directories.push(directory);
        }
        command.env(SCAN, directories);
    }

    /// The variable that says what a PHP would read.
    pub(super) fn variable() -> &'static str {
        SCAN
    }
}

/// What a program is held by.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The proxy that leads to the mock and refuses every other host; none where one that plays a host does so.
    pub proxy: Option<String>,
    /// What makes PHP's streams ask the proxy.
    pub php: PhpSettings,
}
