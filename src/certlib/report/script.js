"use strict";
/* All controls are made here: without scripts none is dead. */
const make = (name, properties) => Object.assign(document.createElement(name), properties);
const remembered = (key, value) => {
  try {
    if (value === undefined) return localStorage.getItem(key);
    value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value);
  } catch { /* a browser may forbid it for local files; then nothing is remembered */ }
  return null;
};

for (const table of document.querySelectorAll("table.findings, table.experience, table.matrix")) {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !row.querySelector("[scope=rowgroup]"));
  if (rows.length < 8) continue;
  const box = table.closest(".scroll");
  const label = make("label", { className: "filter", textContent: "Filter rows " });
  const field = make("input", { type: "search", autocomplete: "off" });
  const count = make("span", { className: "count" });
  count.setAttribute("role", "status");
  const texts = rows.map((row) => row.textContent.toLowerCase());
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => texts[index].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
  });
  label.append(field);
  const bar = make("div", { className: "tools" });
  bar.append(label, count);
  box.before(bar);
}

for (const command of document.querySelectorAll("pre.cmd")) {
  const button = make("button", { type: "button", className: "copy", textContent: "Copy" });
  button.setAttribute("aria-label", `Copy the command ${command.textContent.trim().slice(0, 60)}`);
  const text = command.textContent.trim();
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(command);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  const box = make("div", { className: "command" });
  command.before(box);
  box.append(command, button);
}

document.querySelectorAll("ol.steps").forEach((list, number) => {
  list.classList.add("ticked");
  [...list.children].forEach((step, index) => {
    const key = `certlib:${document.body.dataset.report}:${number}:${index}`;
    const box = make("input", { type: "checkbox", checked: remembered(key) === "1" });
    box.setAttribute("aria-label", `Step ${index + 1} done`);
    const mark = () => step.classList.toggle("done", box.checked);
    box.addEventListener("change", () => { remembered(key, box.checked ? "1" : null); mark(); });
    step.prepend(box);
    mark();
  });
});

addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
