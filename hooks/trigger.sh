#!/bin/sh
# Tells a byline daemon that a branch was pushed: one request that proves itself, shaped like
# GitHub's (signed) or, with FORGE=gitlab in the environment, like GitLab's (with the secret itself).
#
#   trigger.sh URL SECRET_FILE [BRANCH [BEFORE AFTER]]
#
# Prints what came of it. Exits with 0 if the daemon accepted, 1 if not, 2 if called wrongly.
# Needs curl and openssl.
set -eu
export LC_ALL=C

usage() {
    echo "usage: trigger.sh URL SECRET_FILE [BRANCH [BEFORE AFTER]]" >&2
    exit 2
}

fail() {
    echo "byline: $*" >&2
    exit 1
}

# The secret, as bytes in hex; the hash of one that is longer than a block (RFC 2104, section 2).
key() {
    if [ "$(secret | wc -c)" -gt 64 ]; then
        secret | openssl dgst -sha256 -binary
    else
        secret
    fi | od -An -v -tx1
}

# The first line that says something, without spaces around it, as the daemon reads it.
secret() {
    sed -n '/[^[:space:]]/{s/^[[:space:]]*//;s/[[:space:]]*$//;p;q;}' "$secret_file" | tr -d '\n'
}

# The key, filled up to a block of 64 bytes, each XORed with the number given. The block is made
# in base64, because an awk need not be able to print the byte 0.
block() {
    key | awk -v pad="$1" '
        function xor(a, b,    bit, sum) {
            for (bit = 1; bit < 256; bit *= 2) {
                if (int(a / bit) % 2 != int(b / bit) % 2) sum += bit
            }
            return sum + 0
        }
        function digit(number) {
            return substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", number + 1, 1)
        }
        function value(hex) {
            return index("0123456789abcdef", hex) - 1
        }
        {
            for (i = 1; i <= NF; i++) key[n++] = 16 * value(substr($i, 1, 1)) + value(substr($i, 2))
        }
        END {
            for (i = 0; i < 64; i++) byte[i] = xor(key[i] + 0, pad)
            for (i = 0; i < 63; i += 3) {
                triple = 65536 * byte[i] + 256 * byte[i + 1] + byte[i + 2]
                printf "%s%s", digit(int(triple / 262144)), digit(int(triple / 4096) % 64)
                printf "%s%s", digit(int(triple / 64) % 64), digit(triple % 64)
            }
            printf "%s%s==\n", digit(int(byte[63] / 4)), digit(byte[63] % 4 * 16)
        }' | openssl base64 -d -A
}

# HMAC-SHA256 of the body, out of two plain hashes: `openssl dgst -hmac KEY` would show the secret
# to everyone who can list processes.
signature() {
    {
        block 92
        { block 54 && printf %s "$body"; } | openssl dgst -sha256 -binary
    } | openssl dgst -sha256 -r | cut -d ' ' -f 1
}

# What GitLab says of the commit to look at, which is none when a branch was deleted.
checkout() {
    case $after in
    *[!0]*) printf ',"checkout_sha":"%s"' "$after" ;;
    *) printf ',"checkout_sha":null' ;;
    esac
}

# The repository as GitLab would name it: the folder this runs in, which git gives to its hooks.
project() {
    name=$(basename "$PWD" .git | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')
    printf '"project":{"name":"%s","path_with_namespace":"%s"}' "$name" "$name"
}

# The headers that say which forge this is, and that it knows the secret.
proof() {
    case $forge in
    github) printf 'X-GitHub-Event: push\nX-Hub-Signature-256: sha256=%s\n' "$(signature)" ;;
    gitlab) printf 'X-Gitlab-Event: Push Hook\nX-Gitlab-Token: %s\n' "$(secret)" ;;
    esac
}

[ $# -ge 2 ] || usage
forge=${FORGE:-github}
url=$1
secret_file=$2
branch=${3:-main}
before=${4:-}
after=${5:-}

[ -r "$secret_file" ] || fail "cannot read the secret file $secret_file"
[ -n "$(secret)" ] || fail "the secret file $secret_file is empty"

# A branch's name cannot hold a backslash or a control character, but it can hold a quote.
ref=$(printf 'refs/heads/%s' "$branch" | sed 's/"/\\"/g')
body="\"ref\":\"$ref\""
[ -z "$before" ] || body="$body,\"before\":\"$before\""
[ -z "$after" ] || body="$body,\"after\":\"$after\""

case $forge in
github) body="{$body}" ;;
gitlab) body="{\"object_kind\":\"push\",\"event_name\":\"push\",$body$(checkout),$(project)}" ;;
*) fail "FORGE is github or gitlab, not $forge" ;;
esac

# The headers come from a pipe, because one may be the secret and a command line is no place for it.
reply=$(
    proof | curl --silent --show-error --connect-timeout 2 --max-time 5 \
        --header 'Content-Type: application/json' \
        --header @- \
        --write-out '\n%{http_code}' \
        --data-binary "$body" "$url" 2>&1
) || fail "$branch: no answer, $(printf %s "$reply" | head -n 1 | cut -c 1-200)"

status=$(printf '%s\n' "$reply" | tail -n 1)
answer=$(printf '%s\n' "$reply" | sed '$d' | tr -d '\000-\037' | cut -c 1-200)
page=$(printf '%s\n' "$answer" | sed -n 's/.*"status_url" *: *"\([^"]*\)".*/\1/p')

case $page in
/*) page=$(printf '%s\n' "$url" | sed 's|\(://[^/]*\).*|\1|')$page ;;
esac

case $status in
202) echo "byline: $branch accepted${page:+, see $page}" ;;
2??) echo "byline: $branch not built, $answer" ;;
*) fail "$branch refused with status $status, $answer" ;;
esac
