"use strict";
// The texts of the run: filters, pages and the sources of claims. Everything is set as text, never as markup.
(() => {
  const byId = (id) => document.getElementById(id);
  const PAGE = 12;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const words = (name) => name.replaceAll("_", " ");

  // Light or dark: the reader's system decides until the button is used; storage may be refused for files.
  const theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remember = (value) => {
    try { localStorage.setItem("shelftalk-theme", value); } catch { /* lasts for this page only */ }
  };
  const remembered = () => {
    try { return localStorage.getItem("shelftalk-theme"); } catch { return null; }
  };
  const isDark = () => (document.documentElement.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const showTheme = () => {
    theme.setAttribute("aria-pressed", String(isDark()));
  };
  const kept = remembered();
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  theme.hidden = false;
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    remember(document.documentElement.dataset.theme);
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  const form = byId("filters");
  if (!form) return;
  const data = JSON.parse(byId("data").textContent);
  const fields = { scenario: byId("f-scenario"), plugin: byId("f-plugin"), state: byId("f-state") };
  const search = byId("q");
  const rows = byId("rows");
  let page = 0;
  let found = data.texts;

  // What a search looks through is put together once, at the first search.
  const haystack = (text) => {
    text.search ??= [
      text.id, text.subject,
      (text.pieces || []).map((piece) => (typeof piece === "string" ? piece : piece[0])).join(""),
      ...(text.reasons || []).flat(),
      ...data.facts[text.facts].flatMap((fact) => [words(fact[0]), fact[1]]),
    ].join("\n").toLowerCase();
    return text.search;
  };

  const body = (text) => {
    const quote = make("p", "body");
    for (const piece of text.pieces) {
      if (typeof piece === "string") {
        quote.append(piece);
        continue;
      }
      const mark = make("mark", "", piece[0]);
      mark.tabIndex = 0;
      mark.setAttribute("role", "button");
      mark.setAttribute("aria-expanded", "false");
      mark.sources = piece[1].map((number) => text.claims[number]);
      quote.append(mark);
    }
    return quote;
  };

  const reasons = (text) => {
    const list = make("ul", "refused");
    for (const [where, why] of text.reasons) {
      const item = make("li");
      if (where) item.append(make("span", "where", words(where)));
      item.append(why);
      list.append(item);
    }
    return list;
  };

  const factList = (facts) => {
    const list = make("dl");
    for (const [key, value, source] of facts) {
      const pair = make("div");
      const cell = make("dd", "", value);
      cell.title = source;
      pair.append(make("dt", "", words(key)), cell);
      list.append(pair);
    }
    return list;
  };

  // The facts that the text states stand open, the others behind a click: a brief may have twenty.
  const factSheet = (text, facts) => {
    const stated = new Set((text.claims || []).map((claim) => claim[2]));
    const isStated = ([, value, source]) => stated.has(`${source} = ${value}`);
    const open = facts.filter(isStated);
    const others = facts.filter((fact) => !isStated(fact));
    const sheet = make("div", "sheet");
    if (open.length) sheet.append(make("p", "head", "Facts that it states"), factList(open));
    if (others.length) {
      const more = make("details");
      more.append(make("summary", "", open.length ? `${others.length} more facts` : `${others.length} facts`), factList(others));
      sheet.append(more);
    }
    return sheet;
  };

  const row = (text) => {
    const article = make("article", `is-${text.state}`);
    const facts = data.facts[text.facts];
    const name = facts.find((fact) => fact[0] === "name");
    const left = make("div", "said");
    const kicker = make("p", "kicker");
    kicker.append(make("span", `chip is-${text.state}`, text.state), `${words(text.plugin)} · ${words(text.scenario)}`);
    left.append(kicker, make("h3", "", name ? name[1] : text.subject));
    left.append(text.pieces ? body(text) : reasons(text));
    const about = [text.id];
    if (text.by) about.push(`by ${text.by === "fallback" ? "the fallback" : text.by === "person" ? "a person" : "the model"}`, text.at);
    if (text.retired) about.push("retired since");
    left.append(make("p", "about", about.join(" · ")));
    article.append(left, factSheet(text, facts));
    return article;
  };

  const draw = () => {
    hide();
    const count = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(page, count - 1);
    rows.replaceChildren(...found.slice(page * PAGE, (page + 1) * PAGE).map(row));
    const total = data.texts.length.toLocaleString("en-GB");
    byId("found").textContent = found.length
      ? `${found.length.toLocaleString("en-GB")} of ${total} briefs`
      : `None of ${total} briefs fits. Take a filter back or search for fewer words.`;
    byId("pages").hidden = count === 1;
    byId("place").textContent = `Page ${page + 1} of ${count}`;
    byId("previous").disabled = page === 0;
    byId("next").disabled = page === count - 1;
  };

  const filter = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = data.texts.filter((text) =>
      Object.entries(fields).every(([key, field]) => !field.value || text[key] === field.value)
      && (!wanted.length || wanted.every((word) => haystack(text).includes(word))));
    page = 0;
    draw();
  };

  // The source of a claim, on hover, focus or tap.
  const tip = byId("source");
  let shown = null;
  const hide = () => {
    if (shown) {
      shown.setAttribute("aria-expanded", "false");
      shown.removeAttribute("aria-describedby");
    }
    shown = null;
    tip.hidden = true;
  };
  const show = (mark) => {
    hide();
    shown = mark;
    tip.replaceChildren(...mark.sources.map(([claim, kind, source]) => {
      const line = make("p");
      const words = make("span", "kind", `${kind}: ${claim}`);
      line.append(words, make("code", "", source));
      return line;
    }));
    tip.hidden = false;
    mark.setAttribute("aria-expanded", "true");
    mark.setAttribute("aria-describedby", "source");
    const box = mark.getClientRects()[0];
    const wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(box.left, wide - tip.offsetWidth - 8));
    const isAbove = box.bottom + tip.offsetHeight + 12 > innerHeight;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(isAbove ? box.top - tip.offsetHeight - 6 : box.bottom + 6) + scrollY}px`;
  };
  const claimOf = (event) => (event.target.closest ? event.target.closest("mark") : null);
  rows.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && claimOf(event)) show(claimOf(event));
  });
  rows.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && claimOf(event) && document.activeElement !== shown) hide();
  });
  rows.addEventListener("focusin", (event) => { if (claimOf(event)) show(claimOf(event)); });
  rows.addEventListener("focusout", hide);
  document.addEventListener("click", (event) => {
    const mark = claimOf(event);
    if (mark) show(mark);
    else if (!tip.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if ((event.key === "Enter" || event.key === " ") && claimOf(event)) {
      event.preventDefault();
      show(claimOf(event));
    }
  });

  let typing = 0;
  search.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(filter, 120); });
  for (const field of Object.values(fields)) field.addEventListener("change", filter);
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  const turn = (step) => {
    page += step;
    draw();
    byId("texts").scrollIntoView();
  };
  byId("previous").addEventListener("click", () => turn(-1));
  byId("next").addEventListener("click", () => turn(1));
  for (const button of document.querySelectorAll("button[data-state]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      form.reset();
      fields.state.value = button.dataset.state;
      filter();
      byId("texts").scrollIntoView();
      fields.state.focus({ preventScroll: true });
    });
  }
  form.hidden = false;
  draw();
})();
