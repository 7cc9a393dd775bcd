#!/bin/sh
# push.sh LEAD_ID STATUS [SUB_STATUS [NAME=VALUE ...]]: tells CAKE what became of a lead.
#
# A NAME= without a value is left out. There is no JSON here: a shell has no right way to read it.
# Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY;
# CAKE_TIMEOUT, in whole seconds, 10 if not set.
# Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use, 70 no temporary directory and 127 missing tool:
# nothing sent.
# Needs curl 7.66 or later, and xmllint (package libxml2-utils): XML cannot be read rightly with grep or sed.
set -u

stop() {
    printf 'push.sh: %s\n' "$2" >&2
    exit "$1"
}

conclude() { # EXIT_CODE LINE
    printf '%s\n' "$2"
    exit "$1"
}

for tool in curl xmllint mktemp head tr cmp; do
    command -v "$tool" >/dev/null || stop 127 "$tool is not installed"
done

url=${CAKE_URL:-}
[ -n "$url" ] || [ -z "${CAKE_BASE_URL:-}" ] || url=${CAKE_BASE_URL%/}/api/1/buyers.asmx/UpdateLeadStatus
wanted='set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY'
case $url in http://?* | https://?*) ;; *) stop 64 "$wanted" ;; esac
[ -n "${CAKE_API_KEY:-}" ] || stop 64 "$wanted"
timeout=${CAKE_TIMEOUT:-10}
case $timeout in 0* | *[!0-9]* | ?????*) stop 64 'CAKE_TIMEOUT must be whole seconds' ;; esac
[ -n "${1:-}" ] && [ -n "${2:-}" ] || stop 64 'usage: push.sh LEAD_ID STATUS [SUB_STATUS [NAME=VALUE ...]]'
lead_id=$1 status=$2 sub_status=${3:-}
shift 2
[ $# -eq 0 ] || shift

# Turns "$@" into curl's arguments, one field after the other. With NAME=VALUE curl encodes all that stands
# behind the first "=" and reads no file, even where VALUE begins with "@".
for field do
    shift
    name=${field%%=*}
    case $field in [A-Za-z_]*=*) ;; *) stop 64 'a field must be NAME=VALUE' ;; esac
    case $name in *[!A-Za-z0-9_.-]*) stop 64 "a field cannot be called $name" ;; esac
    # CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
    case $(printf '%s' "$name" | tr '[:upper:]' '[:lower:]') in
        api_key | lead_id | status | sub_status) stop 64 "a field cannot be called $name" ;;
    esac
    [ "$field" = "$name=" ] || set -- "$@" --data-urlencode "$field"
done
[ -z "$sub_status" ] || set -- --data-urlencode "sub_status=$sub_status" "$@"

tmp=$(mktemp -d) || stop 70 'no temporary directory'
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM

# The key goes through standard input, so that it does not show in the list of processes. --disable keeps a
# ~/.curlrc out, which might follow redirects. --silent without --show-error: a message could quote the URL.
# xmllint takes a NUL byte for the end; made another byte that XML forbids, it is refused.
{
    printf '%s' "$CAKE_API_KEY" | curl --disable --globoff --silent --proto '=http,https' \
        --max-time "$timeout" --write-out '%{stderr}%{http_code}' --get \
        --data-urlencode api_key@- --data-urlencode "lead_id=$lead_id" --data-urlencode "status=$status" "$@" \
        "$url" 2>"$tmp/http"
    echo $? >"$tmp/curl"
} | head -c 1048577 | tr '\000' '\001' >"$tmp/body"
read -r curl <"$tmp/curl"
read -r http <"$tmp/http"
[ "$curl" -eq 0 ] && [ "$(wc -c <"$tmp/body")" -le 1048576 ] || conclude 11 "unknown: no answer, curl ended with $curl"

# The number in the only <code> of a <result>, in any namespace; NaN where there is none, or where it is no number.
code=$(xmllint --nonet --xpath "number(/*[local-name() = 'result' and count(*[local-name() = 'code']) = 1]
    /*[local-name() = 'code' and not(*) and not(translate(normalize-space(), '0123456789', ''))])" \
    "$tmp/body" 2>/dev/null) || code=NaN
# A DOCTYPE has no place in an answer: it is there if the document changes when it is dropped.
xmllint --nonet "$tmp/body" >"$tmp/whole" 2>/dev/null
xmllint --nonet --dropdtd "$tmp/body" >"$tmp/dropped" 2>/dev/null
cmp -s "$tmp/whole" "$tmp/dropped" || code=NaN

# By the code alone: a refusal may come with HTTP 200, and its message is for people.
case $http:$code in
    200:0) conclude 0 'updated: code 0' ;;
    *:1) conclude 10 'rejected: code 1, API key not valid' ;;
    *:2) conclude 10 'rejected: code 2, lead not found' ;;
    *:3) conclude 10 'rejected: code 3, status not recognised' ;;
    *:4) conclude 10 'rejected: code 4, Lead Statuses not enabled' ;;
    *:NaN) conclude 11 "unknown: HTTP $http without a readable code" ;;
    *) conclude 11 "unknown: HTTP $http with code $code" ;;
esac
