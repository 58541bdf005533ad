// Tables that are sorted by the head of a column; without this they are as they are.
"use strict";
(() => {
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.querySelectorAll("thead th")];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", head.getAttribute("aria-sort") ?? "none");
      button.addEventListener("click", () => sort(table, heads, column));
    });
  }

  function sort(table, heads, column) {
    const down = heads[column].getAttribute("aria-sort") !== "descending";
    for (const head of heads) head.setAttribute("aria-sort", "none");
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.children[column].dataset.value;
    const order = (a, b) => (Number.isNaN(Number(value(a))) ? value(a).localeCompare(value(b)) : Number(value(a)) - Number(value(b)));
    const body = table.querySelector("tbody");
    body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * order(a, b)));
  }
})();
