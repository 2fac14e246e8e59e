"""flood.py [BYLINE]: asks for 200 different pages of revisions at once, again and again, while
somebody reads the front page, and prints how long both waited. Fails if an answer is neither 200
nor 503, or if the slowest hundredth of front pages took 20 ms. The same flood of plain posts shows how
much of that is the cost of the clients, which share the machine. Not part of `run`: it measures the
machine as much as the program."""

import asyncio
import collections
import http.client
import multiprocessing
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

POSTS, REVISIONS, WORDS, AT_ONCE = 10, 200, 1500, 200
LIMIT = 20.0


def history():
    """A stream for `git fast-import`: each post edited again and again."""
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("abcdefghiklmnoprstuvw", k=chance.randint(2, 9)))
                  for _ in range(3000)]
    posts = [[chance.choice(vocabulary) for _ in range(WORDS)] for _ in range(POSTS)]
    seconds = 1_600_000_000
    for number in range(POSTS * REVISIONS):
        words = posts[number % POSTS]
        for _ in range(20):
            words[chance.randrange(WORDS)] = chance.choice(vocabulary)
        lines = [" ".join(words[at:at + 60]) + ".\n" for at in range(0, WORDS, 60)]
        text = f"# Post {number % POSTS}\n\n" + "\n".join(lines)
        seconds += 600
        who = f"Ann <ann@mail.invalid> {seconds} +0000"
        message = f"Edit {number}"
        yield (f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}\n"
               f"M 644 inline posts/post-{number % POSTS}.md\ndata {len(text)}\n{text}\n")
    config = '[provenance]\nhistory = "full"\n'
    yield (f"commit refs/heads/main\ncommitter {who}\ndata 3\nSet\n"
           f"M 644 inline byline.toml\ndata {len(config)}\n{config}\n")


def repository(folder):
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", folder], check=True)
    subprocess.run([*git, "fast-import", "--quiet"], input="".join(history()).encode(), check=True)
    pages = []
    for post in range(POSTS):
        log = subprocess.run([*git, "log", "--format=%H", "main", "--", f"posts/post-{post}.md"],
                             check=True, capture_output=True, text=True).stdout.split()
        pages += [f"/post-{post}/@{commit[:7]}/" for commit in log]
    random.Random(2).shuffle(pages)
    return pages


def read_front_page(port, stop, times):
    """Asks for the front page without a pause and tells the milliseconds of each."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    taken = []
    while not stop.is_set():
        begun = time.perf_counter()
        connection.request("GET", "/", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 200, answer.status
        time.sleep(0.001)
    times.put(sorted(taken))


def reading(port, meanwhile):
    stop, times = multiprocessing.Event(), multiprocessing.Queue()
    reader = multiprocessing.Process(target=read_front_page, args=(port, stop, times))
    reader.start()
    result = meanwhile()
    stop.set()
    taken = times.get()
    reader.join()
    return taken, result


def told(name, times):
    at = lambda part: times[min(len(times) - 1, int(len(times) * part))]
    print(f"{name}: {len(times)} answers, p50 {at(.5):.2f} ms, p99 {at(.99):.2f} ms, "
          f"slowest {times[-1]:.2f} ms")
    return at(.99)


async def page(port, path):
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read(-1)
    writer.close()
    return int(answer[9:12]), (time.perf_counter() - begun) * 1000


async def flood(port, pages):
    """Rounds of different pages, each round at once."""
    statuses, times = collections.Counter(), []
    for at in range(0, len(pages), AT_ONCE):
        for status, taken in await asyncio.gather(*(page(port, path) for path in pages[at:at + AT_ONCE])):
            statuses[status] += 1
            if status == 200:
                times.append(taken)
    return statuses, sorted(times)


def serve(byline, scratch):
    daemon = subprocess.Popen([byline, "serve", f"file://{scratch}/blog.git", "--listen", "127.0.0.1:0",
                               "--data-dir", f"{scratch}/data"], stderr=subprocess.PIPE, text=True)
    port = None
    for line in daemon.stderr:
        port = port or re.search(r"listening on http://127\.0\.0\.1:(\d+)", line)
        if "published" in line:
            return daemon, int(port[1])
    sys.exit("the daemon ended before it had published")


def main():
    byline = sys.argv[1] if len(sys.argv) > 1 else "target/release/byline"
    with tempfile.TemporaryDirectory() as scratch:
        pages = repository(pathlib.Path(scratch, "blog.git"))
        daemon, port = serve(byline, scratch)
        try:
            quiet, _ = reading(port, lambda: time.sleep(3))
            told("front page, quiet", quiet)
            plain = [f"/post-{number % POSTS}/" for number in range(len(pages))]
            times, _ = reading(port, lambda: asyncio.run(flood(port, plain)))
            told("front page, flooded with posts", times)
            times, (statuses, made) = reading(port, lambda: asyncio.run(flood(port, pages)))
            slowest = told("front page, flooded with revisions", times)
            told("pages of revisions", made)
            print(dict(statuses))
            memory = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
            print(re.search(r"VmHWM:.*", memory)[0])
        finally:
            daemon.terminate()
            daemon.wait()
    if slowest >= LIMIT or set(statuses) - {200, 503}:
        sys.exit("too slow, or answered otherwise")


main()
