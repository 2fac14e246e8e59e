#!/usr/bin/env python3
"""publishing.py BYLINE HUGO BYLINE_BLOG HUGO_BLOG [ROUNDS]: how soon readers see an edited post.

Both blogs are working trees with the same posts and history in each program's own layout. Measured
one after the other on this machine, nothing else running:

  byline, a signed push hook          from the hook's request to the page that shows the edit
  byline, a file saved in a work tree from the write to the page
  hugo server, a file saved           from the write to the page
  a webhook that runs git pull && hugo into a web root, from its request to the page
  byline, killed and started again    to the first page, and to what was pushed meanwhile

Pages are asked for each millisecond over a new connection. Everything is made in a folder beside
BYLINE_BLOG, which is left there: where files have just been removed, some file systems are slow to
make new ones.
"""
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SECRET = "benchmark"
QUIET = float(os.environ.get("QUIET", 15))
"""Seconds before each edit: what is done in the background after one is not to meet the next."""


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), "-c", "user.name=Bench", "-c",
                    "user.email=bench@example.com", *arguments], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def clone(source, target, *arguments):
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", *arguments, source, target], check=True)
    return pathlib.Path(target)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def wait(port, path, shown=b""):
    while True:
        status, body = get(port, path)
        if status == 200 and shown in body:
            return
        time.sleep(0.001)


def post(port, path, body=b"", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("POST", path, body, headers or {})
    status = connection.getresponse().status
    connection.close()
    return status


def hook(port):
    body = json.dumps({"ref": "refs/heads/main"}).encode()
    tag = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    status = post(port, "/-/hook", body, {
        "X-Hub-Signature-256": f"sha256={tag}", "X-GitHub-Event": "push",
        "Content-Type": "application/json"})
    assert status == 202, status


def report(what, taken):
    low, middle, high = min(taken), statistics.median(taken), max(taken)
    print(f"{what:<48} {middle * 1000:10.1f} ms  ({low * 1000:.1f} to {high * 1000:.1f}, "
          f"{len(taken)} runs)", flush=True)
    return middle


class Byline:
    def __init__(self, program, source, data):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--poll", "0", "--data-dir", data, source],
            env={**os.environ, "BYLINE_WEBHOOK_SECRET": SECRET}, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"listening on http://[^:]+:(\d+)", line):
                self.port = int(found[1])
                break
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def kill(self):
        self.process.kill()
        self.process.wait()


class Posts:
    """Posts that take turns in being edited, each with the path it is served at."""

    def __init__(self, folder, inside, pages):
        self.folder = folder
        names = sorted(path for path in (folder / inside).rglob("*.md"))
        step = max(1, len(names) // 41)
        self.names = [name for name in names[step::step] if pages(name)]
        self.pages, self.number = pages, 0

    def edit(self):
        """Writes a word into the next post. Gives its page and the word."""
        name = self.names[self.number % len(self.names)]
        self.number += 1
        word = f"edited{os.getpid()}x{self.number}"
        with open(name, "a", encoding="utf-8") as file:
            file.write(f"\n\n{word}\n")
        return self.pages(name), word.encode()


def pushes(posts, rounds, told):
    """Seconds from `told` to the page, for posts edited, committed and pushed before."""
    taken = []
    for _ in range(rounds):
        time.sleep(QUIET)
        page, word = posts.edit()
        git(posts.folder, "commit", "-qam", "Edit")
        git(posts.folder, "push", "-q")
        started = time.monotonic()
        port = told()
        wait(port, page, word)
        taken.append(time.monotonic() - started)
    return taken


def saves(posts, rounds, port, process):
    taken = []
    for _ in range(rounds):
        settle(process)
        page, word = posts.edit()
        started = time.monotonic()
        wait(port, page, word)
        taken.append(time.monotonic() - started)
    return taken


def settle(process):
    """Waits until it has used next to no CPU for three seconds."""
    def used():
        fields = open(f"/proc/{process.pid}/stat").read().rsplit(")")[1].split()
        return int(fields[11]) + int(fields[12])
    before = used()
    while True:
        time.sleep(3)
        if used() - before < 3:
            return
        before = used()


def listed(program, source):
    """The page of each post by file, as byline names it."""
    out = subprocess.run([program, "list", "--json", source], check=True, capture_output=True)
    return {post["path"]: post["url"] for post in json.loads(out.stdout)}


def path_of(url):
    return re.sub(r"^https?://[^/]+", "", url)


def by_byline(program, blog, scratch, rounds):
    bare = clone(blog, f"{scratch}/byline.git", "--bare")
    author = clone(bare, f"{scratch}/byline-author")
    urls = listed(program, author)
    pages = lambda name: urls.get(str(name.relative_to(author))) and path_of(
        urls[str(name.relative_to(author))])
    posts = Posts(author, "posts", pages)
    data = f"{scratch}/byline-data"
    byline = Byline(program, bare, data)
    wait(byline.port, "/")
    settle(byline.process)
    result = {}

    def told():
        hook(byline.port)
        return byline.port
    result["push"] = report("byline: hook to visible", pushes(posts, rounds, told))
    settle(byline.process)
    byline.kill()

    firsts, heads = [], []
    for moved in [False] * 5 + [True] * 3:
        if moved:
            page, word = posts.edit()
            git(author, "commit", "-qam", "Edit")
            git(author, "push", "-q")
        byline = Byline(program, bare, data)
        wait(byline.port, "/")
        firsts.append(time.monotonic() - byline.started)
        if moved:
            wait(byline.port, page, word)
            heads.append(time.monotonic() - byline.started)
        settle(byline.process)
        byline.kill()
    report("byline: start to first page", firsts)
    report("byline: start to what was pushed meanwhile", heads)

    byline = Byline(program, author, f"{scratch}/byline-work")
    wait(byline.port, "/")
    settle(byline.process)
    report("byline: saved to visible", saves(posts, rounds, byline.port, byline.process))
    byline.kill()
    return result


def by_hugo(program, blog, scratch, rounds):
    bare = clone(blog, f"{scratch}/hugo.git", "--bare")
    author = clone(bare, f"{scratch}/hugo-author")
    pages = lambda name: "/" + "/".join(name.relative_to(author / "content").with_suffix("").parts) + "/"
    posts = Posts(author, "content/posts", pages)
    port = 18000 + os.getpid() % 1000
    log = open(f"{scratch}/hugo.log", "w")
    server = subprocess.Popen([program, "server", "--source", author, "--port", str(port),
                               "--bind", "127.0.0.1"], stdout=log, stderr=log)
    wait(port, "/")
    result = {"server": report("hugo server: saved to visible", saves(posts, rounds, port, server))}
    server.terminate()
    server.wait()
    git(author, "checkout", "-q", "--", ".")

    work, root = clone(bare, f"{scratch}/hugo-deployed"), f"{scratch}/hugo-root"
    build = [program, "--quiet", "--source", work, "--destination", root, "--noBuildLock"]
    subprocess.run(build, check=True, stdout=log, stderr=log)

    class Site(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given):
            super().__init__(*given, directory=root)

        def do_POST(self):
            subprocess.run(["git", "-C", work, "pull", "-q"], check=True)
            subprocess.run(build, check=True, stdout=log, stderr=log)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *given):
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()

    def told():
        threading.Thread(target=post, args=(site.server_port, "/")).start()
        return site.server_port
    result["webhook"] = report("webhook with git pull && hugo: hook to visible",
                               pushes(posts, max(2, rounds // 10), told))
    site.shutdown()
    return result


def main():
    byline, hugo, ours, theirs = sys.argv[1:5]
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 20
    ours, theirs = pathlib.Path(ours).resolve(), pathlib.Path(theirs).resolve()
    scratch = tempfile.mkdtemp(prefix="publishing-", dir=ours.parent)
    mine = by_byline(byline, ours, scratch, rounds)
    other = by_hugo(hugo, theirs, scratch, rounds)
    print(f"hugo server takes {other['server'] / mine['push']:.0f} times as long as byline's hook, "
          f"the webhook {other['webhook'] / mine['push']:.0f} times")


main()
