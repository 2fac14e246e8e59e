// Shows the player of another site in the place of the link to it, once a reader asks for that.
// Until then nothing is loaded from there; without this script the link leads to the page itself.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-player]");
  const elsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || elsewhere) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.src = link.dataset.player;
  frame.title = link.textContent.trim();
  frame.allow = "autoplay; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  link.parentElement.replaceChildren(frame);
  frame.focus();
});
