#!/bin/sh
# Tells byline that a branch was pushed, waits for the build and fails if that fails. It reads
#
#   BYLINE_URL     https://ida.example/-/hook
#   BYLINE_SECRET  the secret, from the store of the CI
#   BYLINE_REF     what was pushed, such as refs/heads/main
#
# and needs curl. Some runners print each command before they run it: not these, for the secret.
set +x
set -eu

fail() {
    echo "byline: $*" >&2
    exit 1
}

# field NAME: a text of the answer. Where it is null or missing, nothing.
field() {
    printf '%s\n' "$answer" | sed -nE 's/.*"'"$1"'": *"(([^"\\]|\\.)*)".*/\1/p' | sed 's/\\"/"/g'
}

# Each finding as `error: posts/cats.md:3:8: what is wrong (what to do)`.
findings() {
    printf '%s\n' "$answer" | awk '{ gsub(/[{]"severity":/, "\n&"); print }' | sed -nE '
        /^[{]"severity":/!d
        s/^[{]"severity":"([a-z]*)","code":"[^"]*"/\1: /
        s/,"path":null//; s/,"line":null//; s/,"column":null//
        s/,"path":"(([^"\\]|\\.)*)"/\1:/
        s/,"line":([0-9]+)/\1:/; s/,"column":([0-9]+)/\1:/
        s/,"message":"(([^"\\]|\\.)*)"/ \1/
        s/,"help":"(([^"\\]|\\.)*)".*/ (\1)/; s/,"help":null.*//
        s/\\n/ /g; s/\\"/"/g; s/:  */: /g; p'
}

# ask CURL_OPTIONS...: prints the answer and, on a line of its own, its status.
ask() {
    curl --silent --show-error --connect-timeout 10 --max-time 30 \
        --header 'Accept: application/json' --write-out '\n%{http_code}\n' "$@" 2>&1
}

# Takes apart what was answered.
take() {
    status=$(printf '%s\n' "$answer" | tail -n 1)
    answer=$(printf '%s\n' "$answer" | sed '$d')
}

[ -n "$BYLINE_URL" ] || fail "BYLINE_URL is empty"
[ -n "$BYLINE_SECRET" ] || fail "BYLINE_SECRET is empty: this job was not given the secret"

# The secret goes through a pipe, because a command line can be read by everyone on the machine.
ref=$(printf %s "$BYLINE_REF" | sed 's/"/\\"/g')
answer=$(
    printf 'Authorization: Bearer %s\n' "$BYLINE_SECRET" |
        ask --header @- --header 'Content-Type: application/json' \
            --data "{\"ref\":\"$ref\"}" "$BYLINE_URL"
) || fail "no answer, $answer"
take

case $status in
202) ;;
200)
    echo "byline: nothing to build, $(field ignored)"
    exit 0
    ;;
*) fail "refused with status $status, $answer" ;;
esac

page=$(field status_url)
case $page in
/*) page=$(printf '%s\n' "$BYLINE_URL" | sed 's|\(://[^/]*\).*|\1|')$page ;;
esac
echo "byline: accepted, see $page"

last=$(($(date +%s) + 600))
while :; do
    # A network that fails for a moment is asked again.
    if answer=$(ask "$page"); then
        take
        [ "$status" != 404 ] || fail "the build is no longer known, has byline been restarted?"
        case $(field state) in
        published)
            findings
            echo "byline: published $(field commit)"
            # A post that is held back is for its author to know.
            ! findings | grep -q "^error" || fail "but for what is told above"
            exit 0
            ;;
        failed)
            findings >&2
            fail "not published, $(field reason)"
            ;;
        esac
    fi
    [ "$(date +%s)" -lt "$last" ] || fail "not finished after 10 minutes, see $page"
    sleep 1
done
