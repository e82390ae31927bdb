"use strict";
/* All controls are made here: without scripts none is dead. Their words come from the page. */
const WORDS = JSON.parse(document.body.dataset.words);
const say = (name, values = {}) => WORDS[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
const make = (name, properties, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const button = (text, className, act) => {
  const made = make("button", { type: "button", className, textContent: text });
  made.addEventListener("click", act);
  return made;
};
const bar = (...inside) => make("div", { className: "tools" }, ...inside);
const brief = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
const status = (className) => make("span", { className, role: "status" });
const heard = document.body.appendChild(status("heard"));

/* tables: a box that needs no scrolling needs no place in the keyboard's path, and its heads can stay in sight;
   one that does shows at its edge that it goes on */
const boxes = all(".scroll");
const edge = (box) => box.classList.toggle("more", !box.classList.contains("fits") && box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
boxes.forEach((box) => box.addEventListener("scroll", () => edge(box), { passive: true }));
const fit = () => {
  boxes.forEach((box) => box.classList.remove("fits"));
  const fitting = boxes.map((box) => box.scrollWidth <= box.clientWidth);
  boxes.forEach((box, index) => {
    box.classList.toggle("fits", fitting[index]);
    box.tabIndex = fitting[index] ? -1 : 0;
    edge(box);
  });
};
fit();
let width = innerWidth, waiting = 0;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(fit);
});
document.fonts.ready.then(fit);

/* filters of long tables: by words, and of findings by state */
const LONG = 10;
for (const table of all("table.findings, table.matrix")) {
  const groups = [...table.tBodies];
  const rows = groups.flatMap((body) => [...body.rows]).filter((row) => !row.querySelector("[scope=rowgroup]"));
  if (rows.length < LONG) continue;
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const states = rows.map((row) => (table.matches(".findings") && row.querySelector(".state")?.textContent) || "");
  const field = make("input", { type: "search", autocomplete: "off" });
  const choice = make("select", {}, make("option", { value: "", textContent: say("every") }));
  const count = status("count");
  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => texts[index].includes(word)) || (choice.value !== "" && states[index] !== choice.value);
      shown += row.hidden ? 0 : 1;
    });
    for (const body of groups) body.hidden = [...body.rows].every((row) => row.hidden || row.querySelector("[scope=rowgroup]"));
    const asked = words.length > 0 || choice.value !== "";
    const number = say("shown", { shown, all: rows.length });
    count.textContent = asked ? (shown ? number : `${say("none")} (${number})`) : "";
    count.classList.toggle("nothing", asked && !shown);
  };
  field.addEventListener("input", filter);
  choice.addEventListener("change", filter);
  const tools = bar(make("label", { className: "filter" }, say("filter"), field));
  const kinds = [...new Set(states)];
  if (kinds.length > 1 && states.every(Boolean)) {
    kinds.forEach((kind) => {
      const number = states.filter((state) => state === kind).length;
      choice.append(make("option", { value: kind, textContent: `${kind} (${number})` }));
    });
    tools.append(make("label", {}, say("state"), choice));
  }
  tools.append(count);
  table.closest(".scroll").before(tools);
}

/* copying: commands, and links to chapters, sections and findings */
const copied = async (text, otherwise) => {
  try {
    await navigator.clipboard.writeText(text);
    heard.textContent = say("copied");
    return true;
  } catch {
    getSelection().selectAllChildren(otherwise);
    heard.textContent = say("selected");
    return false;
  }
};
for (const command of all("pre.cmd")) {
  const text = command.textContent.trim();
  const copy = button(say("copy"), "copy", async () => {
    copy.textContent = say(await copied(text, command) ? "copied" : "selected");
    setTimeout(() => { copy.textContent = say("copy"); heard.textContent = ""; }, 2000);
  });
  copy.setAttribute("aria-label", say("command", { text: brief(command) }));
  const box = make("div", { className: "command" });
  command.before(box);
  box.append(command, copy);
}
for (const heading of all("main :is(h2, h3)[id], :is(td, th) > [id^=finding-]:first-child")) {
  const title = heading.closest("td, th")?.querySelector("a[href]") ?? heading;
  const link = make("a", { className: "anchor", href: `#${encodeURIComponent(heading.id)}`, textContent: "#" });
  link.setAttribute("aria-label", say("link", { text: brief(title) }));
  link.addEventListener("click", () => copied(link.href, title));
  title === heading ? heading.append(link) : title.after(link);
}

/* the runbook's ticks: kept by this browser alone, for this report and for the very text of a step */
const kept = {
  works: true,
  read(key) { try { return localStorage.getItem(key); } catch { this.works = false; return null; } },
  write(key, ticked) {
    try { ticked ? localStorage.setItem(key, "1") : localStorage.removeItem(key); } catch { this.works = false; }
  },
};
const digest = (text) => [...text].reduce((sum, char) => (Math.imul(sum, 31) + char.codePointAt(0)) | 0, 7).toString(36);
const plans = new Map();
const planOf = (element) => {
  const place = element.closest("section[id^=runbook-]") ?? element.closest(".chapter, main");
  if (!plans.has(place)) plans.set(place, { boxes: [], tell: [] });
  return plans.get(place);
};
const boxOf = (plan, key, label) => {
  const name = `certlib:${document.body.dataset.report}:${key}`;
  const box = make("input", { type: "checkbox", autocomplete: "off", checked: kept.read(name) === "1" });
  box.setAttribute("aria-label", label);
  box.keep = () => kept.write(name, box.checked);
  box.addEventListener("change", () => { box.keep(); plan.lifted = []; plan.tell.forEach((tell) => tell()); });
  return box;
};
all("ol.steps").forEach((list, number) => {
  list.classList.add("ticked");
  const plan = planOf(list);
  const name = list.closest("section[id]")?.id ?? number;
  const tally = make("p", { className: "tally" });
  const boxes = [...list.children].map((step, index) => {
    const text = brief(step);
    const key = `${name}:${index}:${digest(step.textContent)}`;
    const box = boxOf(plan, key, say("step", { number: index + 1, text }));
    step.prepend(box);
    return box;
  });
  plan.boxes.push(...boxes);
  plan.tell.push(() => {
    const done = boxes.filter((box) => box.checked).length;
    boxes.forEach((box) => box.parentElement.classList.toggle("done", box.checked));
    tally.textContent = `${done === boxes.length ? "✓ " : ""}${say("done", { done, all: boxes.length })}`;
    tally.classList.toggle("all", done === boxes.length);
  });
  list.before(tally);
});
/* the same where several nodes have one list: a row of boxes for each node, below the steps and the sign that they worked */
for (const table of all("table.ticks")) {
  const plan = planOf(table), place = table.closest("section[id]"), list = place.querySelector("ol.each");
  const steps = [...list.children, list.nextElementSibling];
  for (const row of table.tBodies[0].rows) {
    const [head, ...cells] = row.cells, node = brief(head);
    const boxes = cells.map((cell, index) => {
      const text = brief(steps[index]);
      const label = steps[index] === list.nextElementSibling ? text : say("step", { number: index + 1, text });
      const box = boxOf(plan, `${place.id}:${index}:${digest(node + steps[index].textContent)}`, `${node}: ${label}`);
      cell.replaceChildren(box);
      return box;
    });
    plan.boxes.push(...boxes);
    plan.tell.push(() => row.classList.toggle("done", boxes.every((box) => box.checked)));
  }
}
for (const [place, plan] of plans) {
  plan.lifted = [];
  const meter = make("progress", { max: plan.boxes.length });
  const count = status("count");
  const clear = button(say("clear"), "clear", () => {
    const back = plan.lifted;
    const ticked = plan.boxes.filter((box) => box.checked);
    (back.length ? back : ticked).forEach((box) => { box.checked = back.length > 0; box.keep(); });
    plan.lifted = back.length ? [] : ticked;
    plan.tell.forEach((tell) => tell());
  });
  const tools = bar(meter, count, clear);
  plan.tell.push(() => {
    const done = plan.boxes.filter((box) => box.checked).length;
    const text = say("done", { done, all: plan.boxes.length });
    meter.value = done;
    meter.setAttribute("aria-label", say("progress", { text }));
    if (count.textContent !== text) count.textContent = text;
    clear.textContent = say(plan.lifted.length ? "undo" : "clear");
    clear.hidden = !done && !plan.lifted.length;
    if (!kept.works && !tools.querySelector(".note")) tools.append(make("span", { className: "note", textContent: say("forgets") }));
  });
  plan.tell.forEach((tell) => tell());
  (all(":scope > :is(h2, h3)", place)[0] ?? plan.boxes[0].closest("ol, .scroll").previousElementSibling).after(tools);
}

/* parts that open: all of a chapter at once, the one that a link leads to, and each on paper */
for (const chapter of all(".chapter")) {
  const parts = all("details", chapter);
  if (parts.length < 2) continue;
  const every = button("", "expand", () => {
    const open = parts.some((part) => !part.open);
    parts.forEach((part) => { part.open = open; });
    tell();
  });
  const tell = () => { every.textContent = say(parts.every((part) => part.open) ? "collapse" : "expand"); };
  parts.forEach((part) => part.addEventListener("toggle", tell));
  tell();
  parts[0].closest(".chapter > *").before(bar(every));
}
const follow = () => {
  let target = null;
  try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; /* not an address of ours */ }
  if (!target) return;
  const inside = target.matches("h2") ? [] : all("details", target.matches("h3, h4") ? target.parentElement.closest("section:not(.chapter)") ?? target : target);
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) inside.push(part);
  inside.forEach((part) => { part.open = true; });
};
addEventListener("hashchange", follow);
follow();
let opened = [];
addEventListener("beforeprint", () => {
  opened = all("details:not([open])");
  opened.forEach((part) => { part.open = true; });
});
addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));

/* the contents show where the reader is */
const contents = document.querySelector("nav");
if (contents) {
  const entries = all("a", contents).map((link) => ({ link, heading: document.getElementById(link.hash.slice(1)) })).filter((one) => one.heading);
  let current = null, planned = 0;
  const mark = () => {
    planned = 0;
    const above = entries.filter((one) => one.heading.getBoundingClientRect().top < innerHeight / 4);
    const here = (above.at(-1) ?? entries[0])?.link;
    if (!here || here === current) return;
    current?.removeAttribute("aria-current");
    current = here;
    current.setAttribute("aria-current", "true");
    all("li", contents).forEach((item) => item.classList.toggle("open", item.contains(current)));
    const seen = current.offsetParent ? current : current.closest("nav > ol > li").firstElementChild;
    const inner = seen.getBoundingClientRect(), outer = contents.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) contents.scrollTop += inner.top - outer.top - outer.height / 2;
    if (inner.left < outer.left || inner.right > outer.right) contents.scrollLeft += inner.left - outer.left - 16;
  };
  contents.classList.add("follows");
  addEventListener("scroll", () => { planned ||= requestAnimationFrame(mark); }, { passive: true });
  mark();
}
