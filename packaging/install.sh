#!/bin/sh
# Installs one version of caketester on Linux or macOS: downloads its archive and the checksum beside it, compares the two, and
# unpacks only what agrees. The GitHub action and the GitLab template use it; it also works by hand:
#
#   sh install.sh 0.1.0 [DIRECTORY]
#
# DIRECTORY is ~/.local/bin if it is left out. It needs tar, curl or wget, and sha256sum or shasum.
#
#   CAKETESTER_SHA256    the checksum that the archive has to have, instead of the one beside it
#   CAKETESTER_RELEASES  where releases are, instead of GitHub: a mirror
set -u

releases=${CAKETESTER_RELEASES:-https://github.com/caketester/caketester/releases/download}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

download() {
    if has curl; then
        curl --proto-redir =https --fail --silent --location --output "$2" "$1" 2>/dev/null
    else
        wget -q -O "$2" "$1" 2>/dev/null
    fi || fail "cannot download $1: check the version and the connection"
}

checksum() {
    if has sha256sum; then
        sha256sum <"$1"
    else
        shasum -a 256 <"$1"
    fi | cut -d ' ' -f 1
}

version=${1:-}
version=${version#v}
directory=${2:-${HOME:-.}/.local/bin}
case $version in
'') fail "name a version: sh install.sh 0.1.0 [DIRECTORY]" ;;
*[!0-9A-Za-z.+-]*) fail "'$version' is not a version; write it like 0.1.0" ;;
esac

# On Linux the static program, which runs in any image.
case $(uname -s)-$(uname -m) in
Linux-x86_64 | Linux-amd64) target=x86_64-unknown-linux-musl ;;
Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-musl ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
*) fail "there is no archive for $(uname -s) on $(uname -m): see docs/install.md for other ways to install caketester" ;;
esac

has curl || has wget || fail "install curl or wget first"
has tar || fail "install tar first"
has sha256sum || has shasum || fail "install sha256sum or shasum first"

scratch=$(mktemp -d) || fail "cannot create a temporary directory"
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

archive=caketester-$target.tar.gz
download "$releases/v$version/$archive" "$scratch/$archive"
expected=${CAKETESTER_SHA256:-}
if [ -z "$expected" ]; then
    download "$releases/v$version/$archive.sha256" "$scratch/sha256"
    expected=$(cut -d ' ' -f 1 <"$scratch/sha256")
fi
expected=$(printf '%s' "$expected" | tr A-F a-f)
actual=$(checksum "$scratch/$archive")
[ "$actual" = "$expected" ] ||
    fail "the checksum of $archive is ${actual:-unknown}, but it has to be ${expected:-one}: nothing was installed"

{
    tar -xzf "$scratch/$archive" -C "$scratch" 2>/dev/null && [ -f "$scratch/caketester-$target/caketester" ]
} || fail "$archive cannot be unpacked: nothing was installed"
# Moved at the end, so that a program of that name is whole at any time.
{
    mkdir -p "$directory" && cp "$scratch/caketester-$target/caketester" "$directory/.caketester.new" &&
        chmod 755 "$directory/.caketester.new" && mv "$directory/.caketester.new" "$directory/caketester"
} 2>/dev/null || fail "cannot write to $directory"
printf 'installed caketester %s in %s\n' "$version" "$directory"
