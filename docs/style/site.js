// What the theme leaves out for those who use a keyboard or have the page read: what scrolls can be reached, and the
// buttons beside each piece of code have a name of their own.
let copied = 0;

function mend(within) {
  for (const wrap of within.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "group");
    wrap.setAttribute("aria-label", "Table");
  }
  for (const buttons of within.querySelectorAll("nav.md-code__nav:not([aria-label])")) {
    copied += 1;
    buttons.setAttribute("aria-label", `Code ${copied}`);
  }
}

mend(document);
// The theme adds these when it comes to them.
new MutationObserver(() => mend(document)).observe(document.body, { childList: true, subtree: true });
