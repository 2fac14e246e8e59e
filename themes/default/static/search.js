// Search as you type. The form works without it where byline serves the blog; elsewhere what finds
// is a script that the export brings along.
(() => {
  const form = document.querySelector("form.search");
  const input = form.elements.q;
  const results = document.getElementById("results"), texts = JSON.parse(results.dataset.texts);
  const plurals = new Intl.PluralRules(document.documentElement.lang);
  let turn = 0, timer, shown = input.value.trim(), local;

  const ask = async (text) => {
    if (!local) {
      const answer = await fetch("/-/search?format=json&q=" + encodeURIComponent(text));
      const type = answer.headers.get("content-type") || "";
      if (answer.ok && type.startsWith("application/json")) return answer.json();
      if (answer.status == 503 || answer.status == 400) return;
      local = await import("/-/search/local.js");
    }
    return local.search(text);
  };

  const make = (name, content, more) => {
    const made = Object.assign(document.createElement(name), more);
    made.append(...content);
    return made;
  };

  const line = (found) => {
    const time = make("time", [found.date], { dateTime: found.published });
    const link = make("a", [found.title], { href: found.url });
    const excerpt = make("p", [], { innerHTML: found.excerpt });
    return make("li", [time, make("div", [link, excerpt])], { className: "line" });
  };

  const show = async () => {
    const text = input.value.trim();
    if (!text || text == shown) return;
    const own = ++turn, found = await ask(input.value);
    if (!found || own != turn) return;
    shown = text;
    const n = found.total, forms = texts[n ? "results" : "nothing-found"];
    const count = (forms[plurals.select(n)] || forms.other).replace("{count}", n);
    results.replaceChildren(
      make("p", [count], { className: "count" }),
      make("ul", found.results.map(line), { className: "lines" }),
    );
    history.replaceState(null, "", "?q=" + encodeURIComponent(text));
  };

  input.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  };
  form.onsubmit = (event) => {
    if (!local) return;
    event.preventDefault();
    show();
  };
  const asked = new URLSearchParams(location.search).get("q");
  if (asked && !shown) {
    input.value = asked;
    show();
  }
})();
