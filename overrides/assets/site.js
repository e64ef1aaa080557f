// Print, copy and colours. Without JavaScript all else is there, and these buttons are not.
(() => {
  const status = document.createElement("p");
  status.className = "spoken";
  status.setAttribute("role", "status");
  document.body.append(status);

  const tools = document.querySelector(".page-tools");
  if (tools) {
    tools.hidden = false;
    tools.querySelector(".print-button").addEventListener("click", () => window.print());
  }

  const dark = document.getElementById("dark");
  const colours = document.querySelector(".colours");
  const device = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => matchMedia(dark.media).matches;
  const name = () => { colours.textContent = isDark() ? "Light colours" : "Dark colours"; };
  colours.hidden = false;
  colours.addEventListener("click", () => {
    const wanted = isDark() ? "light" : "dark";
    dark.media = wanted === "dark" ? "screen" : "not all";
    try {
      if (device.matches === (wanted === "dark")) localStorage.removeItem("colours");
      else localStorage.setItem("colours", wanted);
    } catch { /* no storage: the choice holds for this page */ }
    name();
  });
  device.addEventListener("change", name);
  name();

  // The clipboard is closed to pages opened from a folder; an old way still works there.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      field.className = "spoken";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  function onClick(button, text, what) {
    button.addEventListener("click", async () => {
      const done = await copy(text);
      button.focus();
      status.textContent = done ? `Copied: ${what}` : `Not copied. ${what} is: ${text}`;
      button.dataset.done = done ? "Copied" : "Not copied";
    });
    button.addEventListener("blur", () => delete button.dataset.done);
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    onClick(button, button.dataset.copy, button.getAttribute("aria-label").replace("Copy ", ""));
  }

  const page = document.querySelector(".page-address a")?.href ?? location.href.split(/[?#]/)[0];
  for (const heading of document.querySelectorAll(".md-content :is(h1, h2, h3)[id]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-link";
    button.setAttribute("aria-label", `Copy link to: ${heading.textContent}`);
    onClick(button, heading.tagName === "H1" ? page : `${page}#${heading.id}`, `link to ${heading.textContent}`);
    heading.after(button);
  }
})();
