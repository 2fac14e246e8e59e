"""crawl.py URL DIR: walks a served site from its front page, as a reader's browser and feed reader
would, and writes what it finds to DIR. Fails on dead links and anchors, on answers without the
headers every answer must have, on e-mail addresses from commits, and on text of drafts."""

import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

BASE = "https://blog.example"
START = ["/", "/archive/", "/tags/", "/authors/", "/atom.xml", "/rss.xml", "/feed.json",
         "/sitemap.xml", "/robots.txt", "/about/"]
BLOG = os.environ.get("SOURCE", "site")
DRAFTS = ["a folder called `drafts`, so it is on no page", "Text of a draft, which is on no page"]
PLACE = "52.5200" + "08 N"
HEADERS = {"etag", "content-type", "x-content-type-options", "cache-control"}
POLICIES = {"content-security-policy", "referrer-policy"}
PARTS = {"text/css", "text/javascript", "image/png", "image/jpeg", "image/webp", "image/gif",
         "image/x-icon", "image/vnd.microsoft.icon", "audio/mpeg", "audio/ogg", "audio/wav", "video/mp4", "video/webm"}
SUFFIX = {"text/html": ".html", "text/css": ".css", "image/svg+xml": ".svg"}


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src", "poster") and value:
                self.targets.append(value)
            elif name == "srcset" and value:
                self.targets += [part.split()[0] for part in value.split(",")]
            elif name == "id":
                self.anchors.add(value)


class Crawl:
    def __init__(self, origin, out):
        self.origin, self.out = origin.rstrip("/"), pathlib.Path(out)
        self.pages, self.problems, self.wanted = {}, [], {}
        self.secrets = self.never_published()

    @staticmethod
    def never_published():
        log = ["git", "-C", BLOG, "log", "--all", "--format=%ae%n%ce"]
        addresses = subprocess.run(log, capture_output=True, text=True, check=True).stdout.split()
        # An address the blog's own text shows, in an example, is not taken from a commit.
        shown = "".join(path.read_text() for path in pathlib.Path(BLOG).rglob("*.md"))
        return {address for address in addresses if address not in shown} | {*DRAFTS, PLACE}

    def run(self):
        queue = [(path, "the start") for path in START]
        while queue:
            path, source = queue.pop()
            if path in self.pages:
                continue
            self.pages[path] = None
            queue += [(target, path) for target in self.visit(path, source)]
        for (path, anchor), source in self.wanted.items():
            if self.pages.get(path) is not None and anchor not in self.pages[path]:
                self.problems.append(f"{source}: no #{anchor} in {path}")

    def visit(self, path, source):
        try:
            with urllib.request.urlopen(self.origin + path, timeout=20) as answer:
                final = answer.url.removeprefix(self.origin)
                headers, body = answer.headers, answer.read()
        except (urllib.error.URLError, ValueError) as error:
            self.problems.append(f"{source}: {path}: {error}")
            return []
        if final != path:
            self.problems.append(f"{source}: {path} redirects to {final}: link to that")
        kind = headers.get_content_type()
        wanted = HEADERS | ({"vary"} if kind == "text/html" else set())
        wanted |= set() if kind in PARTS else POLICIES
        missing = wanted - {name.lower() for name in headers.keys()}
        if missing:
            self.problems.append(f"{path}: without {', '.join(sorted(missing))}")
        if headers["set-cookie"]:
            self.problems.append(f"{path}: sets a cookie")
        self.keep(path, headers.get_content_type(), body)
        if PLACE.encode() in body:
            self.problems.append(f"{path}: says where a photo was taken")
        return self.read(path, headers.get_content_type(), body)

    def keep(self, path, kind, body):
        name = path.strip("/").replace("/", "-") or "index"
        if kind in SUFFIX and not name.endswith(SUFFIX[kind]):
            name += SUFFIX[kind]
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / urllib.parse.unquote(name)).write_bytes(body)

    def read(self, path, kind, body):
        if not re.match(r"text/|application/(.*\+)?(xml|json)", kind):
            return []
        text = body.decode("utf-8")
        for secret in self.secrets:
            if secret in text:
                self.problems.append(f"{path}: shows {secret!r}")
        if kind == "application/feed+json":
            self.json_feed(path, json.loads(text))
        if kind == "text/html":
            page = Links(text)
            self.pages[path] = page.anchors
            return list(self.inside(path, page.targets))
        locations = re.findall(r"<loc>([^<]*)</loc>", text)
        return list(self.inside(path, locations))

    def inside(self, path, targets):
        for target in targets:
            url = urllib.parse.urlsplit(urllib.parse.urljoin(BASE + path, target))
            if f"{url.scheme}://{url.netloc}" != BASE or url.path.startswith("/-/"):
                continue
            if url.fragment:
                self.wanted[(url.path, urllib.parse.unquote(url.fragment))] = path
            yield url.path + (f"?{url.query}" if url.query else "")

    def json_feed(self, path, feed):
        """JSON Feed 1.1: what it says must be there, and that addresses are whole."""
        wrong = [key for key in ("version", "title", "items") if key not in feed]
        if feed.get("version") != "https://jsonfeed.org/version/1.1":
            wrong.append("version")
        for item in feed.get("items", []):
            if not isinstance(item.get("id"), str) or not item["id"]:
                wrong.append("an item's id")
            if "content_html" not in item and "content_text" not in item:
                wrong.append(f"content of {item.get('id')}")
            if not item.get("url", "").startswith(BASE):
                wrong.append(f"url of {item.get('id')}")
            if not all(author.get("name") for author in item.get("authors", [{}])):
                wrong.append(f"authors of {item.get('id')}")
            for key in ("date_published", "date_modified"):
                if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", item.get(key, "")):
                    wrong.append(f"{key} of {item.get('id')}")
        self.problems += [f"{path}: {problem}" for problem in wrong]


def main():
    crawl = Crawl(*sys.argv[1:])
    crawl.run()
    print(f"{len(crawl.pages)} addresses")
    for problem in crawl.problems:
        print(problem)
    sys.exit(1 if crawl.problems else 0)


main()
