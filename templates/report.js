// Only what a page cannot do by itself: the filter, opening what a link leads to, copying, and the order of durations.
(() => {
  "use strict";
  const form = document.querySelector(".filter");
  const items = [...document.querySelectorAll("main [data-find]")];
  const groups = [...document.querySelectorAll(".group")];
  const word = form.querySelector("input[type=search]");
  const told = form.querySelector("output");

  const filter = () => {
    const words = word.value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = form.elements.state.value;
    let shown = 0;
    let scenarios = 0;
    for (const item of items) {
      const text = item.dataset.find.toLowerCase();
      const fits = (!state || item.dataset.state === state) && words.every((each) => text.includes(each));
      item.hidden = !fits;
      if (item.closest(".group")) {
        scenarios += 1;
        shown += fits ? 1 : 0;
      }
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-find]:not([hidden])");
    }
    told.value = words.length || state ? `${shown} of ${scenarios} scenarios` : "";
  };

  const open = () => {
    let id;
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
      filter();
    }
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView();
  };

  // Where a browser gives a page no clipboard, the text is selected, and copied in the old way.
  const copy = async (from) => {
    try {
      await navigator.clipboard.writeText(from.textContent);
    } catch {
      getSelection().selectAllChildren(from);
      document.execCommand("copy");
    }
  };

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    return made;
  };

  for (const from of document.querySelectorAll("[data-copy]")) {
    const made = button("Copy", async () => {
      await copy(from);
      made.textContent = "Copied";
    });
    made.className = "copy";
    if (from.tagName === "PRE") from.before(made);
    else from.after(" ", made);
  }

  // Longest first, then shortest first, then as it was.
  for (const head of document.querySelectorAll("[data-sort]")) {
    const rows = head.closest("table").tBodies[0];
    const asBefore = [...rows.rows];
    const time = (row) => Number(row.querySelector(".ms").textContent);
    const next = { none: "descending", descending: "ascending", ascending: "none" };
    head.ariaSort = "none";
    const made = button(head.textContent, () => {
      head.ariaSort = next[head.ariaSort];
      const sign = { none: 0, descending: -1, ascending: 1 }[head.ariaSort];
      rows.append(...asBefore.toSorted((one, other) => sign * (time(one) - time(other))));
    });
    made.title = "order by duration";
    head.replaceChildren(made);
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  addEventListener("hashchange", open);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      word.focus();
    }
  });
  filter();
  open();
})();
