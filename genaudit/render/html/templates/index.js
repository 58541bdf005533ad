// The page works without any of this: every run is in the table, and every picture is there.
"use strict";
(() => {
  const root = document.documentElement;
  root.dataset.script = "on";
  root.dataset.charts = "ready";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const announce = (text) => { $("#status").textContent = text; };
  const runs = JSON.parse($("#report-data").textContent);
  if (!runs.length) return;

  function made(tag, text, name) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  }

  function choices(select, values) {
    for (const [value, text] of values) {
      const option = made("option", text);
      option.value = value;
      select.append(option);
    }
  }

  // ---- what is shown -------------------------------------------------------------------------------------------
  const rows = all("#run-table tbody tr"), cards = all(".histories > li"), marks = all(".histories [data-branch]");
  const value = (row, column) => row.children[column].dataset.value;
  const VERDICT = 0, TARGET = 1, BRANCH = 7;
  const chosen = { [TARGET]: $("#of-target"), [BRANCH]: $("#of-branch"), [VERDICT]: $("#of-verdict") }, find = $("#find");
  for (const [column, select] of Object.entries(chosen)) {
    choices(select, [...new Set(rows.map((row) => value(row, column)))].map((each) => [each, each]));
    select.addEventListener("change", filter);
  }
  find.addEventListener("input", filter);

  function filter() {
    const wanted = find.value.trim().toLowerCase();
    const fits = (row) => Object.entries(chosen).every(([column, select]) => select.value === "" || select.value === value(row, column));
    let shown = 0;
    for (const row of rows) {
      row.hidden = !fits(row) || (wanted !== "" && !row.textContent.toLowerCase().includes(wanted));
      shown += row.hidden ? 0 : 1;
    }
    const targets = new Set(rows.filter((row) => !row.hidden).map((row) => value(row, TARGET)));
    for (const card of cards) card.hidden = !targets.has(card.dataset.target);
    for (const mark of marks) mark.toggleAttribute("hidden", chosen[BRANCH].value !== "" && chosen[BRANCH].value !== mark.dataset.branch);
    for (const more of all("details:has(.histories)")) more.open ||= wanted !== "" || chosen[TARGET].value !== "";
    $("#shown").textContent = shown === rows.length ? "" : `${shown} of ${rows.length} runs`;
    announce(`${shown} of ${rows.length} runs are shown`);
  }

  for (const radio of all("input[name='figure']")) {
    radio.addEventListener("change", () => {
      for (const picture of all("[data-figure]")) picture.toggleAttribute("hidden", picture.dataset.figure !== radio.value);
    });
  }

  // ---- two runs ------------------------------------------------------------------------------------------------
  const target = $("#compare-target"), before = $("#compare-before"), after = $("#compare-after"), out = $("#compared");
  choices(target, [...new Set(runs.map((run) => run.target))].map((each) => [each, each]));
  target.addEventListener("change", choose);
  for (const select of [before, after]) select.addEventListener("change", compare);
  $("#compare-swap").addEventListener("click", () => {
    [before.value, after.value] = [after.value, before.value];
    compare();
  });
  choose();

  // The latest two of the target; where there is one, it is shown beside itself.
  function choose() {
    const own = runs.map((run, at) => [String(at), run.name]).filter(([at]) => runs[at].target === target.value);
    for (const select of [before, after]) {
      select.replaceChildren();
      choices(select, own);
    }
    after.value = own[0][0];
    before.value = (own[1] ?? own[0])[0];
    compare();
  }

  function compare() {
    const [base, other] = [runs[before.value], runs[after.value]];
    out.replaceChildren();
    if (base === other) {
      out.append(made("p", "That is one run. Choose another to compare it with.", "muted"));
      return;
    }
    const [tone, word, text] = news(base, other);
    const first = made("p", undefined, "news");
    first.append(made("b", word, `verdict-word ${tone}`), ` ${text}`);
    out.append(first, tableOf(base, other));
  }

  // What is worst comes first.
  function news(base, other) {
    if (other.failed !== base.failed) {
      return other.failed ? ["fail", "✗ WORSE", `The run after could not be measured: ${other.headline}`] : ["pass", "✓ BETTER", `The run before could not be measured: ${base.headline}`];
    }
    const told = (list, verb) => (list.length ? [`${list.join(", ")} ${list.length === 1 ? "is" : "are"} ${verb}.`] : []);
    const fresh = other.findings.filter((each) => !base.findings.includes(each));
    const gone = base.findings.filter((each) => !other.findings.includes(each));
    const moves = other.figures.map((figure, at) => [figure, moved(base.figures[at], figure)]);
    const up = moves.filter(([, by]) => by > 0).map(([[name]]) => `${name} is higher, beyond noise.`);
    const down = moves.filter(([, by]) => by < 0).map(([[name]]) => `${name} is lower, beyond noise.`);
    const verdict = base.label === other.label ? "" : `${base.label} before, ${other.label} after.`;
    const text = (...parts) => parts.flat().filter(Boolean).join(" ");
    if (fresh.length || other.gravity > base.gravity) return ["fail", "✗ WORSE", text(told(fresh, "new"), up, verdict, told(gone, "gone"), down)];
    if (up.length && !gone.length) return ["fail", "✗ WORSE", text(up, verdict, down)];
    if (gone.length || other.gravity < base.gravity) return ["pass", "✓ BETTER", text(told(gone, "gone"), down, verdict, up)];
    if (down.length) return ["pass", "✓ BETTER", text(down, verdict)];
    return [other.look, "SAME VERDICT", text(verdict || `${other.label} before and after.`, other.findings.length ? `Both: ${other.findings.join(", ")}.` : "")];
  }

  // Whether a slope is another: 1 where it is higher than all that the other may be, -1 where it is lower.
  function moved([, a, first], [, b, last]) {
    if (!first || !last || a === b) return 0;
    return last[0] > first[1] && b > a ? 1 : last[1] < first[0] && b < a ? -1 : 0;
  }

  function tableOf(base, other) {
    const table = document.createElement("table"), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const name of ["", "Before", "After", "Change"]) {
      const cell = made(name ? "th" : "td", name, name ? "n" : "");
      if (name) cell.scope = "col";
      head.append(cell);
    }
    line("Verdict", base.label, other.label, "");
    other.figures.forEach(([name, , , text], at) => {
      const was = base.figures[at][3];
      if (text !== null || was !== null) line(name, was ?? "–", text ?? "–", change(base.figures[at], other.figures[at]));
    });
    for (const [name, fact] of Object.entries(other.facts)) {
      const was = base.facts[name] ?? "–", is = fact ?? "–";
      line(name, was, is, was === is ? "the same" : "");
    }
    const last = body.insertRow();
    last.append(heading("Report"));
    for (const run of [base, other]) {
      const cell = last.insertCell(), link = made("a", "open");
      cell.className = "n";
      link.href = run.link;
      link.setAttribute("aria-label", `open the report of ${run.name}`);
      cell.append(link);
    }
    last.insertCell();
    const box = made("div", undefined, "scroll all");
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Two runs");
    box.append(table);
    return box;

    function line(name, ...texts) {
      const row = body.insertRow();
      row.append(heading(name));
      for (const text of texts) row.append(made("td", text, "n"));
    }
  }

  function heading(text) {
    const head = made("th", text);
    head.scope = "row";
    return head;
  }

  function change(base, other) {
    const [[, a, slope], [, b]] = [base, other];
    if (a === null || b === null) return "–";
    if (a === b) return "none";
    if (slope && moved(base, other) === 0) return "within noise";
    const sign = b < a ? "-" : "+", percent = a > 0 ? Math.round(Math.abs(b / a - 1) * 100) : 0;
    const share = percent === 0 ? "" : b / a >= 3 ? ` (${Math.round(b / a).toLocaleString("en")} times)` : ` (${sign}${percent}%)`;
    return `${sign}${bytes(Math.abs(b - a))}${share}`;
  }

  // As the rest of the page writes them.
  function bytes(size) {
    for (const [unit, factor] of [["TiB", 2 ** 40], ["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
      if (size >= factor * 0.99995) return `${digits(size / factor)} ${unit}`;
    }
    return `${size.toFixed(0)} B`;
  }

  function digits(number) {
    if (number >= 99.95) return Math.round(number).toLocaleString("en");
    return number >= 9.995 ? number.toFixed(1) : number.toFixed(2);
  }
})();
