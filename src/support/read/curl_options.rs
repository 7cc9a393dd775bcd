//! curl's options, as far as a reader has to know them: which of them take a value.

/// The short options with a value.
const SHORT: &str = "EKCbcdDFPHhmoUQreXYytzTuAwx";

/// The long options with a value.
const LONG: &str = " abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout \
connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw \
data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine \
etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port \
ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5 hostpubsha256 hsts interface ip-tos \
ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth \
mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass \
pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type \
proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name \
proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range \
rate referer request request-target resolve retry retry-delay retry-max-time sasl-authzid service-name socks4 socks4a \
socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max \
tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file url url-query user \
user-agent variable vlan-priority write-out ";

/// Whether a short option takes a value.
pub(super) fn short(letter: char) -> bool {
    SHORT.contains(letter)
}

/// Whether a long option, by its name without dashes, takes a value.
pub(super) fn long(name: &str) -> bool {
    LONG.contains(&format!(" {name} "))
}

/// The long name of a short option that matters here.
pub(super) fn name_of(letter: char) -> &'static str {
    match letter {
        'd' => "data",
        'X' => "request",
        'H' => "header",
        'A' => "user-agent",
        'e' => "referer",
        'b' => "cookie",
        'u' => "user",
        'G' => "get",
        'I' => "head",
        'F' => "form",
        'T' => "upload-file",
        'K' => "config",
        ':' => "next",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{long, short};

    #[test]
    fn options_are_known_with_their_values() {
        assert!(long("data-urlencode") && !long("compressed") && !long("frobnicate") && !long(""));
        assert!(short('d') && short('x') && !short('s'));
    }
}
