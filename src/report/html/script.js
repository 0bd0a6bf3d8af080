// What the page does beyond reading: filters, copies, and opens what an address points at.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const entries = [...document.querySelectorAll(".entry")];
  const groups = [...document.querySelectorAll(".group")];
  const filters = { status: byId("filter-status"), basis: byId("filter-basis"), text: byId("filter-text") };
  const openedByFilter = new Set();
  const texts = new Map();

  // What a search looks at: a rule's row, or what a finding shows before its calls.
  const textOf = (entry) => {
    if (!texts.has(entry)) {
      const parts = entry.matches(".finding")
        ? entry.querySelectorAll(":scope > summary, .statement, .statement + p, .difference")
        : [entry];
      texts.set(entry, [...parts].map((part) => part.textContent).join(" ").toLowerCase());
    }
    return texts.get(entry);
  };

  const matches = (entry, words) =>
    (!filters.status.value || entry.dataset.status === filters.status.value) &&
    (!filters.basis.value || entry.dataset.basis === filters.basis.value) &&
    words.every((word) => textOf(entry).includes(word));

  const filter = () => {
    const words = filters.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const active = words.length > 0 || filters.status.value !== "" || filters.basis.value !== "";
    for (const entry of entries) entry.hidden = !matches(entry, words);
    for (const group of groups) {
      group.hidden = !group.querySelector(".entry:not([hidden])");
      if (!group.matches("details")) continue;
      if (active && !group.open && !group.hidden) {
        group.open = true;
        openedByFilter.add(group);
      } else if (!active && openedByFilter.delete(group)) {
        group.open = false;
      }
    }
    const shown = (selector) => {
      const all = entries.filter((entry) => entry.matches(selector));
      const left = all.filter((entry) => !entry.hidden).length;
      return active ? `${left} of ${all.length}` : `${all.length}`;
    };
    byId("filter-count").value = `Rules ${shown("tr")} · Findings ${shown(".finding")}`;
  };

  let forget;
  const say = (text) => {
    byId("said").textContent = text;
    clearTimeout(forget);
    forget = setTimeout(() => { byId("said").textContent = ""; }, 3000);
  };

  // What many scripts have in common is in the page once: put it in its place.
  const complete = (script) => {
    for (const link of script.querySelectorAll("a")) {
      link.replaceWith(byId(link.hash.slice(1)).textContent);
    }
    return script.textContent;
  };

  const copy = async (button) => {
    const finding = button.closest(".finding");
    const script = finding.querySelector(`[data-script="${button.dataset.copy}"]`);
    const text = complete(script);
    try {
      await navigator.clipboard.writeText(text);
      say("Copied");
    } catch {
      // Not every browser lets a file write to the clipboard: select the text instead.
      script.closest("details").open = true;
      getSelection().selectAllChildren(script);
      script.focus();
      say("Selected: copy it with the keyboard");
    }
  };

  // What an address points at may be folded or filtered away.
  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* taken as it is */ }
    const target = id && byId(id);
    if (!target) return;
    if (target.closest("[hidden]")) reset();
    for (let at = target; at; at = at.parentElement) if (at.matches("details")) at.open = true;
    target.scrollIntoView();
  };

  const reset = () => {
    for (const field of Object.values(filters)) field.value = "";
    filter();
  };

  document.documentElement.classList.add("scripted");
  for (const field of Object.values(filters)) field.addEventListener("input", filter);
  byId("filter-reset").addEventListener("click", reset);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    // A link to where the address already points changes nothing, so `hashchange` is silent.
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });
  const completeShown = (event) => {
    if (event.target.matches(".scripts")) event.target.querySelectorAll("pre").forEach(complete);
  };
  document.addEventListener("toggle", completeShown, true);
  addEventListener("hashchange", reveal);
  // A browser may have kept what was chosen before the page was loaded again.
  filter();
  reveal();
})();
