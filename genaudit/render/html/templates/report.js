// The page works without any of this: figures are drawings then, and every number is in a table.
"use strict";
(() => {
  const root = document.documentElement;
  root.dataset.script = "on";
  const NAMES = ["paper", "ink", "muted", "grid", "band", "rss", "held", "pss", "high", "limit"];
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const announce = (text) => { $("#status").textContent = text; };
  const json = (id) => $(`#${id}`)?.textContent ?? null;

  // ---- what is folded ------------------------------------------------------------------------------------------
  // What a verdict does not need is closed where there is little room, and opens by itself for whoever asks for it.
  if (matchMedia("(max-width: 40rem)").matches) for (const part of all("details.fold")) part.open = false;

  function reveal(element) {
    for (let each = element?.parentElement; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    const own = element?.tagName === "SECTION" ? $("details.fold:has(> summary > h2)", element) : null;
    if (own) own.open = true;
  }
  const target = () => (location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null);
  reveal(target());
  addEventListener("hashchange", () => { reveal(target()); target()?.scrollIntoView(); });

  // ---- figures -------------------------------------------------------------------------------------------------
  const figures = new Map();
  let views = null;

  function themed(text) {
    const style = getComputedStyle(root);
    return text.replace(/#fe([0-9a-f]{2})ef/g, (_, number) => style.getPropertyValue(`--${NAMES[parseInt(number, 16) - 1]}`).trim());
  }

  async function draw() {
    const documents = json("chart-documents");
    if (documents === null || typeof Bokeh === "undefined") return;
    root.dataset.charts = "ready";
    for (const part of all("[data-law]")) part.hidden = false;
    try {
      const drawn = await Bokeh.embed.embed_items(JSON.parse(themed(documents)), JSON.parse(json("chart-items")));
      views = drawn.flat();
    } catch (error) {
      delete root.dataset.charts;
      console.error(error);
      return;
    }
    figures.clear();
    const models = Bokeh.documents[Bokeh.documents.length - 1].roots();
    for (const model of models) figures.set(model.name, remembered(model));
    link("timeline", "batches");
    share("timeline", "processes");
    compare();
    for (const box of all("input[data-series]")) toggle(box);
    for (const box of all("input[data-do='limit']")) showLimit(box);
    showLaw();
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
  }

  function remembered(model) {
    const range = (axis) => ({ start: axis.start, end: axis.end });
    return { model, home: { x: range(model.x_range), y: range(model.y_range) }, log: model.x_scale.type === "LogScale" };
  }

  async function redraw() {
    const kept = [...figures].map(([name, one]) => [name, { start: one.model.x_range.start, end: one.model.x_range.end }]);
    for (const view of views ?? []) view.remove?.();
    Bokeh.documents.length = 0;
    for (const plot of all(".plot")) plot.replaceChildren();
    await draw();
    for (const [name, range] of kept) figures.get(name)?.model.x_range.setv(range);
  }

  function move(one, factor, shift) {
    const range = one.model.x_range;
    const to = one.log ? Math.log10 : (x) => x;
    const from = one.log ? (x) => 10 ** x : (x) => x;
    const start = to(range.start), end = to(range.end);
    const middle = (start + end) / 2 + shift * (end - start), half = (end - start) / 2 * factor;
    range.setv({ start: from(middle - half), end: from(middle + half) });
    sayRange(one);
  }

  function home(one) {
    one.model.x_range.setv(one.home.x);
    one.model.y_range.setv(one.home.y);
    sayRange(one);
  }

  function sayRange(one) {
    const digits = (x) => Number(x.toPrecision(4)).toLocaleString("en");
    announce(`${one.model.name}: from ${digits(one.model.x_range.start)} to ${digits(one.model.x_range.end)}`);
  }

  const ACTIONS = {
    in: (one) => move(one, 0.5, 0),
    out: (one) => move(one, 2, 0),
    left: (one) => move(one, 1, -0.25),
    right: (one) => move(one, 1, 0.25),
    reset: home,
  };
  const KEYS = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", "0": "reset" };

  for (const chart of all(".chart")) {
    const name = chart.dataset.chart;
    for (const button of all("button[data-do]", chart)) {
      button.addEventListener("click", () => {
        const one = figures.get(name);
        if (!one) return;
        if (button.dataset.do === "drag") dragMode(one, button); else ACTIONS[button.dataset.do](one);
      });
    }
    $(".plot", chart).addEventListener("keydown", (event) => {
      const action = KEYS[event.key], one = figures.get(name);
      if (!action || !one || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      ACTIONS[action](one);
    });
  }

  function dragMode(one, button) {
    const pan = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(pan));
    for (const tool of one.model.toolbar.tools) {
      if (tool.name === "zoom") tool.active = !pan;
      if (tool.name === "pan") tool.active = pan;
    }
  }

  function toggle(box) {
    const one = figures.get("timeline");
    for (const renderer of one?.model.renderers ?? []) {
      if (renderer.name === box.dataset.series) renderer.visible = box.checked;
    }
  }
  for (const box of all("input[data-series]")) box.addEventListener("change", () => toggle(box));

  function showLimit(box) {
    const one = figures.get("timeline");
    if (!one) return;
    const line = one.model.center.find((part) => part.name === "limit");
    const end = box.checked && line ? Math.max(one.home.y.end, line.location * 1.1) : one.home.y.end;
    one.model.y_range.setv({ start: one.home.y.start, end });
  }
  for (const box of all("input[data-do='limit']")) box.addEventListener("change", () => showLimit(box));

  // Two figures of the same batches, one by time and one by number: where one is zoomed, so is the other.
  function link(first, second) {
    const time = figures.get(first), number = figures.get(second);
    const line = report()?.timeline?.batches ?? [];
    if (!time || !number || line.length < 2) return;
    const at = line.map((one) => one.at_s), last = line.map((one) => one.last);
    let busy = false;
    const follow = (from, to, xs, ys) => {
      const range = from.model.x_range;
      range.change.connect(() => {
        if (busy) return;
        busy = true;
        if (range.start === from.home.x.start && range.end === from.home.x.end) to.model.x_range.setv(to.home.x);
        else if (range.end >= xs[0] && range.start <= xs[xs.length - 1]) {
          const start = between(xs, ys, range.start), end = between(xs, ys, range.end);
          to.model.x_range.setv({ start: start - 0.5, end: Math.max(end, start + 1e-9) + 0.5 });
        }
        busy = false;
      });
    };
    follow(time, number, at, last);
    follow(number, time, last, at);
  }

  // Two figures over the same time.
  function share(first, second) {
    const [one, other] = [figures.get(first), figures.get(second)];
    if (!one || !other) return;
    const follow = (from, to) => from.model.x_range.change.connect(() => {
      const { start, end } = from.model.x_range;
      if (to.model.x_range.start !== start || to.model.x_range.end !== end) to.model.x_range.setv({ start, end });
    });
    follow(one, other);
    follow(other, one);
  }

  function between(xs, ys, x) {
    if (x <= xs[0]) return ys[0];
    let low = 0, high = xs.length - 1;
    if (x >= xs[high]) return ys[high];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] <= x) low = middle; else high = middle;
    }
    return ys[low] + (ys[high] - ys[low]) * (x - xs[low]) / (xs[high] - xs[low] || 1);
  }

  // A size that is selected in the growth law is shown among the curves against batches.
  function compare() {
    const surface = figures.get("surface");
    for (const name of ["growth", "forecast", "growth-log"]) {
      const sizes = figures.get(name)?.model.renderers.find((one) => one.name === "sizes");
      if (!sizes || !surface) continue;
      sizes.data_source.selected.properties.indices.change.connect(() => {
        const chosen = sizes.data_source.selected.indices.map((at) => report().growth_law.sizes[at]);
        for (const renderer of surface.model.renderers) {
          if (!renderer.name) continue;
          const shown = chosen.length === 0 || chosen.includes(renderer.tags[0]);
          for (const property of ["line_alpha", "fill_alpha"]) {
            if (property in renderer.glyph) renderer.glyph[property] = shown ? 1 : 0.15;
          }
        }
      });
    }
  }

  const logarithmic = $("#law-log");
  function showLaw() {
    for (const part of all("[data-law]")) part.hidden = (part.dataset.law === "log") !== (logarithmic?.checked ?? false);
  }
  logarithmic?.addEventListener("change", showLaw);

  for (const button of all("button.show")) {
    button.addEventListener("click", () => {
      const name = button.dataset.chart;
      if (name === "growth" && logarithmic) { logarithmic.checked = false; showLaw(); }
      const one = figures.get(name), plot = $(`#chart-${name}`);
      if (!one || !plot) return;
      if (name === "timeline") zoomTo(one, button.dataset);
      reveal(plot);
      plot.scrollIntoView({ block: "center" });
      plot.focus({ preventScroll: true });
      announce(`Shown on the chart: ${button.dataset.code}`);
    });
  }

  function zoomTo(one, { batch }) {
    const line = report().timeline;
    const found = batch ? line.batches.find((point) => point.last >= Number(batch)) : null;
    if (!found) return home(one);
    const half = Math.max((line.end_s - (line.batches[0]?.at_s ?? 0)) / 12, 1e-6);
    one.model.x_range.setv({ start: Math.max(0, found.at_s - half), end: found.at_s + half });
  }

  // ---- the report itself ---------------------------------------------------------------------------------------
  let parsed;
  const report = () => (parsed ??= JSON.parse(json("report-data")));

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function csv(rows) {
    if (!rows?.length) return "";
    const names = Object.keys(rows[0]);
    const cell = (value) => (value === null ? "" : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
    return [names.join(","), ...rows.map((row) => names.map((name) => cell(row[name])).join(","))].join("\r\n") + "\r\n";
  }

  const DOWNLOADS = {
    json: () => save("report.json", "application/json", JSON.stringify(report(), null, 2)),
    timeline: () => save("timeline.csv", "text/csv", csv(report().timeline?.samples)),
    batches: () => save("batches.csv", "text/csv", csv(report().timeline?.batches)),
  };
  for (const button of all("button.download")) button.addEventListener("click", () => DOWNLOADS[button.dataset.kind]());
  for (const button of all("button.copy")) {
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        announce("Copied");
      } catch {
        announce("Copying is not allowed here");
      }
    });
  }

  // ---- tables --------------------------------------------------------------------------------------------------
  const search = $("#site-search"), own = $("#site-own");
  function filter() {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const row of all("#site-table tbody tr")) {
      row.hidden = (wanted !== "" && !row.textContent.toLowerCase().includes(wanted)) || (own.checked && !row.classList.contains("own"));
      shown += row.hidden ? 0 : 1;
    }
    announce(`${shown} shown`);
  }
  search?.addEventListener("input", filter);
  own?.addEventListener("change", filter);

  // ---- trees of what is held: made from the rows of their tables -------------------------------------------------
  // Roles and keys are those of the ARIA authoring practices for trees: one item is in the order of tabs, arrows move.
  const trees = all("ul.tree"), steps = new Map();
  for (const tree of trees) treeOf(tree);

  function treeOf(tree) {
    const items = new Map();
    for (const row of all("tbody tr", $(`#${tree.dataset.rows}`))) {
      const item = itemOf(row);
      items.set(row.dataset.at, item);
      steps.set(row, item);
      const above = items.get(row.dataset.parent);
      if (above) groupOf(above).append(item); else tree.append(item);
    }
    for (const item of items.values()) {
      const level = Number(item.parentElement.closest("[role=treeitem]")?.getAttribute("aria-level") ?? 0) + 1;
      item.setAttribute("aria-level", String(level));
      if ($("ul", item)) open(item, item.dataset.leads === "1");
    }
    const first = $("[role=treeitem]", tree);
    if (first) first.tabIndex = 0;
    tree.addEventListener("click", (event) => {
      const item = event.target.closest("[role=treeitem]");
      if (!item || event.target.closest("a")) return;
      focusOn(tree, item);
      if (isParent(item)) open(item, !isOpen(item));
    });
    tree.addEventListener("keydown", (event) => press(tree, event));
  }

  function made(tag, name, text) {
    const element = document.createElement(tag);
    element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function itemOf(row) {
    const cell = (name) => $(`.${name}`, row).textContent;
    const item = document.createElement("li"), line = made("span", "leaf");
    item.setAttribute("role", "treeitem");
    item.tabIndex = -1;
    item.dataset.leads = row.dataset.leads ?? "";
    const share = Number(row.dataset.share), bar = made("span", "share"), filled = document.createElement("i");
    filled.style.width = `${(share * 100).toFixed(2)}%`;
    bar.setAttribute("aria-hidden", "true");
    bar.append(filled);
    const label = made("span", "what", cell("what")), count = cell("count"), more = cell("gained"), other = cell("other");
    if (count !== "1") label.append(made("span", "muted", ` × ${count}`));
    const grown = $("td.amount", row).textContent.startsWith("+");
    const beside = grown ? `of ${other}` : `${other} since the first batch`;
    const side = [other === "–" || other === "0" ? "" : beside, more === "–" ? "" : `${more} entries`].filter(Boolean).join(", ");
    line.append(label, made("b", "amount", cell("amount")), bar, made("span", "muted side", side));
    const link = $(".place a", row);
    if (link) {
      const copy = link.cloneNode(true);
      copy.tabIndex = -1;
      label.append(" ", copy);
    }
    item.append(line);
    item.dataset.text = `${cell("what")} ${$(".place", row)?.textContent ?? ""}`.toLowerCase();
    return item;
  }

  function groupOf(item) {
    let group = $("ul", item);
    if (!group) {
      group = document.createElement("ul");
      group.setAttribute("role", "group");
      item.append(group);
    }
    return group;
  }

  function isParent(item) { return item.hasAttribute("aria-expanded"); }
  function isOpen(item) { return item.getAttribute("aria-expanded") === "true"; }
  function open(item, shown) { item.setAttribute("aria-expanded", String(shown)); }
  function above(item) { return item.parentElement.closest("[role=treeitem]"); }

  function shownItems(tree) {
    return all("[role=treeitem]", tree).filter((item) => {
      for (let each = item; each; each = above(each)) if (each.hidden || (each !== item && !isOpen(each))) return false;
      return true;
    });
  }

  function focusOn(tree, item) {
    for (const other of all("[tabindex='0']", tree)) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  function press(tree, event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = shownItems(tree), at = shown.indexOf(item);
    const below = () => shown.find((other) => above(other) === item);
    const moves = {
      ArrowDown: () => shown[at + 1],
      ArrowUp: () => shown[at - 1],
      Home: () => shown[0],
      End: () => shown[shown.length - 1],
      ArrowRight: () => (isParent(item) && !isOpen(item) ? open(item, true) : below()),
      ArrowLeft: () => (isParent(item) && isOpen(item) ? open(item, false) : above(item)),
      Enter: () => { if (isParent(item)) open(item, !isOpen(item)); },
      " ": () => { if (isParent(item)) open(item, !isOpen(item)); },
      "*": () => { for (const other of item.parentElement.children) if (isParent(other)) open(other, true); },
    };
    let next;
    if (Object.hasOwn(moves, event.key)) next = moves[event.key]();
    else if (event.key.length === 1) {
      const letter = event.key.toLowerCase();
      next = [...shown.slice(at + 1), ...shown.slice(0, at)].find((other) => other.dataset.text.startsWith(letter));
      if (!next) return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
    if (next) focusOn(tree, next);
  }

  // A link to a row of a tree's table leads to the same step of the tree, with all that is above it open.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".held-by a");
    const row = link && document.getElementById(link.hash.slice(1)), item = row && steps.get(row);
    if (!item) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    for (const each of all("li", item.closest("ul.tree"))) each.hidden = false;
    for (let each = above(item); each; each = above(each)) open(each, true);
    reveal(item.closest("ul.tree"));
    focusOn(item.closest("ul.tree"), item);
    item.scrollIntoView({ block: "center" });
  });

  const wantedStep = $("#tree-search");
  wantedStep?.addEventListener("input", () => {
    const wanted = wantedStep.value.trim().toLowerCase();
    let found = 0;
    for (const tree of trees) {
      const items = all("[role=treeitem]", tree);
      for (const item of items) item.hidden = wanted !== "";
      for (const item of items) {
        const fits = wanted !== "" && item.dataset.text.includes(wanted);
        item.classList.toggle("found", fits);
        if (!fits) continue;
        found += 1;
        // What leads to it is shown and open; what is below it can be opened.
        for (let each = item; each; each = above(each)) { each.hidden = false; if (each !== item) open(each, true); }
        for (const below of all("[role=treeitem]", item)) below.hidden = false;
      }
      const shown = shownItems(tree);
      if (shown.length && !shown.some((item) => item.tabIndex === 0)) {
        for (const item of items) item.tabIndex = -1;
        shown[0].tabIndex = 0;
      }
    }
    announce(wanted === "" ? "" : `${found} found`);
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (figures.size) redraw(); });
  // The words and the drawing first; then what can be played with.
  requestAnimationFrame(() => setTimeout(draw, 0));
})();
