// Reloads the page when the site it came from has been replaced, keeping the place, and shows what
// is wrong with the content over it until that is mended.
(() => {
  if (window.bylineLive) return;
  window.bylineLive = true;
  let shown = document.currentScript?.dataset.shown;

  // The browser forgets the place when pictures above it come late.
  const place = `byline-place ${location.pathname}`;
  const kept = sessionStorage.getItem(place);
  if (kept) {
    sessionStorage.removeItem(place);
    const back = () => scrollTo(0, Number(kept));
    back();
    addEventListener("load", back, { once: true });
  }

  const make = (name, text = "", ...children) => {
    const element = document.createElement(name);
    element.textContent = text;
    element.append(...children);
    return element;
  };
  const problem = ({ path, line, column, message, snippet, help }) => {
    const item = make("li");
    if (path) item.append(make("p", [path, line, column].filter((part) => part != null).join(":")));
    item.append(make("strong", message));
    if (snippet) {
      const indent = [...snippet].slice(0, column - 1).map((c) => (c === "\t" ? c : " ")).join("");
      const pre = make("pre", `${snippet}\n${indent}^`);
      pre.tabIndex = 0;
      item.append(pre);
    }
    if (help) item.append(make("p", `Help: ${help}`));
    return item;
  };

  // A shadow tree, so that theme and overlay leave each other alone. Built by script, its style is
  // none that the Content-Security-Policy forbids.
  const style = new CSSStyleSheet();
  style.replaceSync(`
    section { position: fixed; inset: auto 0 0 0; z-index: 2147483647; box-sizing: border-box;
      max-block-size: 60vh; overflow: auto; padding: 1rem 1.25rem; color-scheme: light dark;
      background: light-dark(#fff5f5, #2b1718); color: light-dark(#1a1a1d, #ececf0);
      border-block-start: 4px solid light-dark(#b8122a, #ff7b85);
      font: 15px/1.5 system-ui, sans-serif; text-align: start }
    h2 { margin: 0 6rem 0.5rem 0; font-size: 1.1em; color: light-dark(#b8122a, #ff9aa2) }
    ul { margin: 0; padding: 0; list-style: none }
    li { margin-block-start: 0.75rem; overflow-wrap: anywhere }
    p { margin: 0 } li > p:first-child, pre { font: 13px/1.5 ui-monospace, monospace }
    pre { margin: 0.25rem 0; padding: 0.5rem; overflow-x: auto; background: light-dark(#f5dfe1, #1a0d0e) }
    button { position: absolute; inset-block-start: 0.75rem; inset-inline-end: 1.25rem;
      min-block-size: 2rem; padding-inline: 0.75rem; font: inherit; color: inherit; cursor: pointer;
      background: transparent; border: 1px solid currentcolor; border-radius: 4px }
    :focus-visible { outline: 3px solid light-dark(#1c57b5, #82b1ff); outline-offset: 2px }
  `);
  let overlay;
  const draw = (data) => {
    const { reason, count, problems } = JSON.parse(data);
    overlay?.remove();
    overlay = undefined;
    const closed = sessionStorage.getItem("byline-closed") === data;
    if (!closed) sessionStorage.removeItem("byline-closed");
    if (closed || (!count && !reason)) return;
    overlay = make("byline-problems");
    const section = make("section");
    section.setAttribute("role", "alert");
    section.setAttribute("aria-label", "Problems");
    section.lang = "en";
    section.dir = "ltr";
    const close = make("button", "Close");
    close.type = "button";
    const shut = () => {
      sessionStorage.setItem("byline-closed", data);
      overlay?.remove();
    };
    close.addEventListener("click", shut);
    section.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") shut();
    });
    const title = count === 1 ? "1 error" : `${count} errors`;
    section.append(make("h2", count ? title : "Nothing new is published"), close);
    if (reason) section.append(make("p", reason));
    section.append(make("ul", "", ...problems.map(problem)));
    if (count > problems.length) section.append(make("p", "The terminal shows the others."));
    const root = overlay.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    root.append(section);
    document.body.append(overlay);
  };

  const listen = () => {
    const source = new EventSource("/-/live");
    source.addEventListener("site", ({ data }) => {
      shown ??= data;
      if (data === shown) return;
      source.close();
      sessionStorage.setItem(place, scrollY);
      location.reload();
    });
    source.addEventListener("problems", ({ data }) => draw(data));
    // The browser connects again by itself while the server is away, unless it was told an error.
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
    };
  };
  listen();
})();
