#!/bin/sh
# Starts the program in $1 with its arguments. Mono trusts a store of its own and reads no SSL_CERT_FILE, so the authority in CAKE_CA_FILE
# goes into such a store, made for this one start, as `cert-sync --user` would do it. .NET on Linux does without this.
if [ -n "$CAKE_CA_FILE" ]; then
    XDG_CONFIG_HOME=$(mktemp -d) || exit 1
    export XDG_CONFIG_HOME
    trap 'rm -rf "$XDG_CONFIG_HOME"' EXIT
    trusted="$XDG_CONFIG_HOME/.mono/new-certs/Trust"
    mkdir -p "$trusted"
    cp "$CAKE_CA_FILE" "$trusted/$(openssl x509 -in "$CAKE_CA_FILE" -noout -subject_hash).0"
fi
mono "$@"
