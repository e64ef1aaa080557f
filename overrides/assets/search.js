// The search page: what is typed in the search field is answered at once, from the list of sections in the page.
// Without this script the page is that plain list. The engine is loaded when a reader reaches for the field.
"use strict";

(() => {
  const SHOWN = 8;
  const assets = new URL(".", document.currentScript.src);
  const list = document.querySelector(".search-index");
  const input = document.querySelector("#search-query");
  const make = (tag, attributes, ...children) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };
  const status = make("p", { className: "search-status", role: "status" });
  const help = make("p", { className: "search-help", hidden: true },
    "Try one plain word for what you see or fear, such as bump, baby, eyelid or scar. Or look through the list below.");
  const results = make("ol", { className: "search-results", hidden: true });
  list.before(status, help, results);

  const script = name => new Promise((loaded, failed) => document.head.append(
    make("script", { src: new URL(name, assets).href, onload: loaded, onerror: failed })));

  let ranking; // a promise, once a reader has reached for the search
  const reach = () => ranking ||= script("vendor/minisearch.js").then(() => script("search-ranking.js")).then(() => searchRanking(
    [...list.querySelectorAll("li")].map(item => ({
      title: item.querySelector("a").textContent,
      address: item.querySelector("a").href,
      lines: [...item.querySelectorAll("p")].map(line => line.textContent),
      page: item.closest("ul").dataset.page,
      weight: Number(item.dataset.weight),
      opens: !item.previousElementSibling,
    })),
    JSON.parse(list.dataset.synonyms)));

  const marked = (line, says) => line.split(/([\p{L}\d'’-]+)/u).map(part => says(part) ? make("mark", {}, part) : part);

  const show = found => {
    const query = input.value.trim();
    results.replaceChildren(...found.slice(0, SHOWN).map(({ section, line, says }) => make("li", {},
      make("a", { href: section.address }, section.title),
      make("p", { className: "search-line" }, ...marked(line, says)),
      make("p", { className: "search-page" }, section.page))));
    results.hidden = !found.length;
    list.hidden = found.length > 0;
    help.hidden = !query || found.length > 0;
    announce(!query ? "" : !found.length ? `Nothing found for “${query}”.`
      : `${results.children.length} section${results.children.length > 1 ? "s" : ""} found for “${query}”.`);
    if (location.protocol !== "file:") // a file's address cannot be changed
      history.replaceState(null, "", query ? `?${new URLSearchParams({ q: query })}` : location.pathname);
  };

  let timer; // a screen reader hears the last state, not every key
  const announce = words => {
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = words; }, 400);
  };

  const answer = () => reach().then(
    rank => show(rank(input.value)),
    () => { status.textContent = "The search could not be loaded. Look through the list below."; });

  const move = (from, by) => {
    const links = [input, ...results.querySelectorAll("a")];
    (links[links.indexOf(from) + by] || from).focus();
  };
  input.addEventListener("focus", reach);
  input.addEventListener("input", answer);
  input.form.addEventListener("submit", event => {
    event.preventDefault();
    answer().then(() => results.querySelector("a")?.click());
  });
  document.addEventListener("keydown", event => {
    const at = event.target;
    if (at !== input && !results.contains(at)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(at, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape" && at !== input) input.focus();
    else if (event.key === "Escape") { input.value = ""; answer(); }
    else return;
    event.preventDefault();
  });

  input.value = new URLSearchParams(location.search).get("q") || "";
  if (input.value) answer();
})();
