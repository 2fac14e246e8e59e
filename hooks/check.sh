#!/bin/sh
# Checks the blog as one commit holds it, whatever the working tree looks like at the moment.
#
#   check.sh COMMIT
#
# Exits with what `byline check` exits with: 0 if there is no error in it, 1 if there is, 2 where
# it could not be asked. The commit lies meanwhile in a worktree of its own in the folder for
# temporary files, so that dates and authors are read from the same history as ever.
set -eu

# Asked before the variables go: one may have been given as `git -c byline.program=...`.
program=$(git config --type=path byline.program) || program=byline
subdir=$(git config byline.subdir) || subdir=
commit=$1
repository=$(git rev-parse --absolute-git-dir)

# Git tells its hooks where repository and index are, and would tell the worktree's git the same.
# shellcheck disable=SC2046 # a list of names
unset $(git rev-parse --local-env-vars)

# The file's pointer is what the commit holds and what byline publishes from; nothing is fetched.
export GIT_LFS_SKIP_SMUDGE=1

# Whoever put the hook there wants to be told, so its silence must not look like consent.
if ! command -v "$program" >/dev/null; then
    echo "byline: not checked, there is no program $program (see git config byline.program);" >&2
    echo "byline: --no-verify goes on without the check" >&2
    exit 2
fi

scratch=$(mktemp -d)
own=
# shellcheck disable=SC2317 # the trap calls it
clean() {
    trap - EXIT
    # Git does not remove a worktree with submodules in it, and nothing shall be left behind.
    git --git-dir="$repository" worktree remove --force "$scratch/blog" 2>/dev/null ||
        [ -z "$own" ] || rm -rf "$own"
    rm -rf "$scratch"
}
trap clean EXIT
trap 'exit 130' HUP INT TERM

# Without the hooks of a checkout: this is nobody's work.
git -c core.hooksPath=/dev/null --git-dir="$repository" \
    worktree add --quiet --detach "$scratch/blog" "$commit" >&2 || exit 2
own=$(git -C "$scratch/blog" rev-parse --absolute-git-dir)

set -- --quiet "$scratch/blog"
[ -z "$subdir" ] || set -- "$@" --subdir "$subdir"
status=0
"$program" check "$@" || status=$?
exit "$status"
