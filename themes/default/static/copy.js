// Puts a button on each block of code that copies it. Browsers let pages do that over a secure
// connection alone; elsewhere, and without this script, the code is there to be selected.
(() => {
  const { copy, copied } = document.currentScript.dataset;
  if (!navigator.clipboard) return;
  for (const code of document.querySelectorAll(".prose:not(.comparison) pre.code")) {
    const box = Object.assign(document.createElement("div"), { className: "copyable" });
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "copy", textContent: copy, ariaLive: "polite",
    });
    let timer;
    button.onclick = async () => {
      // Without its last end of line, which would run it where it is pasted as a command.
      await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
      button.textContent = copied;
      clearTimeout(timer);
      timer = setTimeout(() => { button.textContent = copy }, 2000);
    };
    code.replaceWith(box);
    box.append(code, button);
  }
})();
