// Links highlights, works the keys, tells when the server cannot be reached. See csrf.js for writes.
(() => {
  "use strict";
  // Filters that are not set have no place in an address.
  document.addEventListener("htmx:config:request", (event) => {
    const { method, body } = event.detail.ctx.request;
    if (method !== "GET" || !body?.getAll) return;
    for (const name of new Set(body.keys())) if (body.getAll(name).every((value) => value === "")) body.delete(name);
  });
  document.addEventListener("htmx:error", (event) => {
    if (!event.detail?.ctx) return;
    const flash = document.getElementById("flash");
    const told = document.createElement("p");
    told.className = "notice bad";
    told.textContent = "没有连上服务，或者等待超时。请检查服务是否在运行，然后重试。";
    flash.replaceChildren(told);
  });

  // On a phone the list comes first and the filters wait to be opened.
  document.addEventListener("htmx:after:settle", () => {
    if (matchMedia("(max-width: 60rem)").matches) document.querySelectorAll(".filters").forEach((one) => { one.open = false; });
  });

  // Linked highlights: whatever shares a name in data-r lights up together.
  let held = "";
  const light = (names) => {
    const wanted = new Set(names.split(" ").filter(Boolean));
    document.querySelectorAll("[data-r]").forEach((one) => {
      one.classList.toggle("lit", one.dataset.r.split(" ").some((name) => wanted.has(name)));
    });
  };
  const named = (event) => event.target.closest?.("[data-r]")?.dataset.r ?? "";
  document.addEventListener("mouseover", (event) => { if (document.querySelector("[data-r]")) light(named(event) || held); });
  document.addEventListener("focusin", (event) => { if (named(event)) light(named(event)); });
  const hold = (event) => {
    const one = event.target.closest?.("[data-r]");
    if (!one || event.target.closest("a, button, input, select")) return false;
    held = held === one.dataset.r ? "" : one.dataset.r;
    light(held);
    if (!held) return true;
    const wanted = new Set(held.split(" "));
    document.querySelectorAll("[data-text]").forEach((side) => {
      if (side.contains(one)) return;
      [...side.querySelectorAll("mark[data-r]")]
        .find((mark) => mark.dataset.r.split(" ").some((name) => wanted.has(name)))
        ?.scrollIntoView({ block: "nearest" });
    });
    return true;
  };

  document.addEventListener("click", (event) => {
    hold(event);
    if (event.target.closest("[data-keys]")) toggleKeys();
    const taker = event.target.closest("[data-take-selection]");
    if (taker) takeSelection(taker);
  });
  document.addEventListener("input", (event) => {
    if (event.target.type === "range" && event.target.nextElementSibling?.tagName === "OUTPUT") event.target.nextElementSibling.textContent = event.target.value;
  });
  const toggleKeys = () => {
    const dialog = document.getElementById("keys");
    if (dialog.open) dialog.close(); else dialog.showModal();
  };
  // The words that are selected in the text become the words of a new requirement.
  const takeSelection = (taker) => {
    const area = document.getElementById(taker.dataset.takeSelection);
    const field = document.getElementById("add-words");
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd).trim();
    if (field && chosen) { field.value = chosen; field.focus(); } else area.focus();
  };

  // Keys of the workbench.
  const matches = () => [...document.querySelectorAll(".match")];
  const current = () => document.activeElement?.closest?.(".match");
  const step = (by) => {
    const all = matches();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const press = (selector) => {
    const one = (current() ?? document).querySelector(selector);
    if (!one) return false;
    if (one.tagName === "DETAILS") { one.open = true; one.querySelector("input")?.focus(); } else one.click();
    return true;
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => press("[data-accept]"),
    r: () => press("[data-reject]"),
    Enter: () => current() === document.activeElement && press("h3 a"),
    "?": toggleKeys,
    "/": () => document.querySelector("[data-search]")?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    // Enter in a field that has a button of its own must not send the whole form.
    if (event.key === "Enter" && event.target.dataset?.enter) {
      event.preventDefault();
      document.getElementById(event.target.dataset.enter)?.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inMark = event.target.matches?.("mark[data-r], tr[data-r]");
    if (inMark && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); hold(event); return; }
    if (event.target.closest?.("input, textarea, select, button, a, summary, [contenteditable]") && event.key !== "?") return;
    if (event.target.matches?.("input, textarea, select")) return;
    const act = keys[event.key];
    if (act) { if (act() !== false) event.preventDefault(); }
  });
})();
