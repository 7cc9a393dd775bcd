// Only what a page cannot do by itself: the filter, and opening what a link leads to.
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
