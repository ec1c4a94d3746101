// Runs in the head of every page, before anything else of ours: what must work before and without the WASM.
(() => {
  const root = document.documentElement;
  const year = "; path=/; max-age=31536000; samesite=lax";
  const single = () => localStorage.getItem("keys") !== "off";
  window.benchLoadCharts = () => import(root.dataset.charts || "/pkg/charts.js");

  // Once the program of this page has failed, or the server serves another one whose parts would not fit it, links and
  // forms are the browser's.
  for (const kind of ["click", "submit"]) {
    window.addEventListener(
      kind,
      (event) => {
        const own = kind === "submit" || event.target.closest?.("a[href]");
        if (root.dataset.plain && own) event.stopPropagation();
      },
      true,
    );
  }

  function theme() {
    const set = root.dataset.theme;
    const dark = set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}${year}`;
  }

  // Follows an address through a link, so that the router may take it.
  function follow(href, keep) {
    const link = document.createElement("a");
    link.href = href;
    if (keep) link.setAttribute("data-noscroll", "");
    document.body.append(link);
    link.click();
    link.remove();
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(except)) menu.open = false;
    }
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    closeMenus(event.target);
    if (at("[data-theme-switch]")) theme();
    const language = at("a[data-lang]");
    if (language) document.cookie = `lang=${language.dataset.lang}${year}`;
    const opener = at("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (at("[data-close]")) at("dialog")?.close();
    const chosen = at(".menu .pop a");
    if (chosen) chosen.closest(".menu").open = false;
  });

  // GET forms become links without empty parameters; a choice in one marked `data-auto` needs no button.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-nav]") || event.defaultPrevented) return;
    event.preventDefault();
    const data = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(data).toString();
    follow(form.getAttribute("action") + (query && `?${query}`), true);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "single-keys") localStorage.setItem("keys", event.target.checked ? "on" : "off");
    else if (event.target.closest("[data-auto]")) event.target.form?.requestSubmit();
  });

  let afterG = 0;

  function search() {
    const input = document.querySelector(".search input");
    if (input?.offsetParent) input.focus();
    else follow("/search");
  }

  function openFilter() {
    const panel = document.querySelector("[data-filter]");
    if (!panel) return;
    const bar = panel.closest(".filters");
    if (bar) bar.open = true;
    panel.open = true;
    panel.querySelector("select, input:not([type=hidden])")?.focus();
  }

  function twin() {
    const card = document.activeElement?.closest?.(".card");
    const found = (card || document).querySelector(".twin");
    if (found) found.open = !found.open;
  }

  function help() {
    const dialog = document.getElementById("keys");
    const box = document.getElementById("single-keys");
    if (box) box.checked = single();
    dialog?.showModal();
  }

  function letter(key) {
    const page = document.querySelector(`.rail a[data-key="${CSS.escape(key)}"]`);
    if (page && Date.now() - afterG < 1500) return () => follow(page.getAttribute("href"));
    const period = (name) => () => document.querySelector(`[data-period=${name}]`)?.click();
    return { "/": openFilter, "[": period("earlier"), "]": period("later"), t: twin, "?": help, g: () => (afterG = Date.now()) }[key];
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      search();
      return;
    }
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu?.contains(document.activeElement)) menu.querySelector("summary").focus();
      closeMenus(null);
      return;
    }
    const typing = event.target.closest?.("input, select, textarea, [contenteditable], dialog[open]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const row = event.target.closest?.("tr")?.querySelector(".tog");
    if (row && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      if ((row.getAttribute("aria-expanded") === "true") === (event.key === "ArrowLeft")) row.click();
      return;
    }
    const act = single() && letter(event.key);
    if (!act) return;
    event.preventDefault();
    act();
    if (event.key !== "g") afterG = 0;
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("bench-chart")) return;
    const load = () => window.benchLoadCharts();
    if (window.requestIdleCallback) requestIdleCallback(load, { timeout: 500 });
    else setTimeout(load, 50);
  });
})();
