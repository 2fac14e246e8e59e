// Reloads the page when the site it came from has been replaced. Browsers keep the scroll position.
(() => {
  if (window.bylineLive) return;
  window.bylineLive = true;
  let shown = document.currentScript?.dataset.shown;
  const listen = () => {
    const source = new EventSource("/-/live");
    source.onmessage = ({ data }) => {
      shown ??= data;
      if (data === shown) return;
      source.close();
      location.reload();
    };
    // The browser connects again by itself while the server is away, unless it was told an error.
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
    };
  };
  listen();
})();
