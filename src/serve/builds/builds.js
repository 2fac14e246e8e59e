// Shows each change of a build as it comes, until the build has ended.
(() => {
  const events = new EventSource(location.href);
  events.addEventListener("build", async ({ data }) => {
    const { state } = JSON.parse(data);
    if (state === "published" || state === "failed") events.close();
    const page = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    document.title = fresh.title;
    for (const part of ["h1", "main"]) {
      document.querySelector(part).replaceWith(fresh.querySelector(part));
    }
  });
})();
