#!/bin/sh
# The shortest trigger: tells byline to look now, and waits for nothing. BYLINE_URL is the address
# (https://ida.example/-/hook) and BYLINE_SECRET the secret, which goes through a pipe because a
# command line can be read by everyone on the machine. It prints the answer and fails on a refusal.
set -eu
printf 'Authorization: Bearer %s\n' "$BYLINE_SECRET" |
    curl --silent --show-error --fail-with-body --max-time 30 --request POST --header @- "$BYLINE_URL"
