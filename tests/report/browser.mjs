// Opens a report in Chromium as its readers would and prints what happened as JSON.
// usage: node browser.mjs <folder with node_modules> <report.html> <path of chromium> [names of readers, by commas]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, report, executablePath, names] = process.argv.slice(2);
const require = createRequire(`${modules}/package.json`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const address = pathToFileURL(report).href;
const result = { requests: [], messages: [], dialogs: [] };

async function open(options = {}, before = () => {}, hash = "") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.on("request", (r) => { if (!r.url().startsWith("data:") && !r.isNavigationRequest()) result.requests.push(r.url()); });
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) result.messages.push(m.text()); });
  page.on("pageerror", (e) => result.messages.push(String(e)));
  page.on("dialog", (d) => { result.dialogs.push(d.message()); d.dismiss(); });
  await before(context, page);
  await page.goto(address + hash);
  await page.waitForLoadState("load");
  if (options.javaScriptEnabled !== false) await page.evaluate(() => document.fonts.ready.then(() => new Promise(requestAnimationFrame)));
  return page;
}

async function barriers(page) {
  // the debugging protocol is not held by the page's policy, so axe can be brought in while the policy stands
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" | ")}`);
}

const shown = (locator) => locator.evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);

const readers = {
  async light() { return barriers(await open({ colorScheme: "light" })); },
  async dark() { return barriers(await open({ colorScheme: "dark" })); },
  async phone() { return barriers(await open({ viewport: { width: 390, height: 844 } })); },

  async wide() {
    const found = [];
    // 320 is what 1280 leaves at 400 %, 640 at 200 %
    for (const [width, deviceScaleFactor] of [[320, 4], [390, 3], [640, 2], [768, 1], [1200, 1], [1440, 1]]) {
      const page = await open({ viewport: { width, height: 900 }, deviceScaleFactor });
      const room = await page.evaluate(() => document.documentElement.scrollWidth);
      if (room > width) found.push(`${room} at ${width}`);
    }
    return found;
  },

  async edges() {
    const page = await open({ viewport: { width: 390, height: 844 } });
    const boxes = page.locator(".scroll");
    const seen = await boxes.evaluateAll((all) => ({
      wide: all.filter((box) => box.scrollWidth > box.clientWidth + 2).length,
      fading: all.filter((box) => getComputedStyle(box).maskImage !== "none").length,
    }));
    await boxes.evaluateAll((all) => all.forEach((box) => box.scrollTo(box.scrollWidth, 0)));
    await page.waitForFunction(() => !document.querySelector(".scroll.more"));
    return seen;
  },

  async motion() {
    const behaviour = async (reducedMotion) => {
      const page = await open({ reducedMotion });
      return page.evaluate(() => [...new Set([...document.querySelectorAll("*")].flatMap((one) => {
        const style = getComputedStyle(one);
        return [style.scrollBehavior, style.animationName, style.transitionDuration];
      }))].filter((value) => !["auto", "none", "0s"].includes(value)));
    };
    return { usual: await behaviour("no-preference"), reduced: await behaviour("reduce") };
  },

  async forced() {
    const heading = async (page) => page.evaluate(() => document.querySelector("main h3[id]").id);
    const page = await open({ forcedColors: "active" }, undefined, `#${await heading(await open())}`);
    const box = page.locator("ol.steps input").first();
    const seen = { active: await page.evaluate(() => matchMedia("(forced-colors: active)").matches), barriers: await barriers(page) };
    if (await box.count()) await box.check();
    return { ...seen, ...await page.evaluate(() => {
      const style = (selector, name) => { const one = document.querySelector(selector); return one && getComputedStyle(one)[name]; };
      return {
        bar: style("progress", "appearance"), target: style(":target", "outlineStyle"),
        here: style("nav [aria-current]", "textDecorationLine"), verdict: style(".verdict", "borderTopStyle"),
      };
    }) };
  },

  async targets() {
    const found = [];
    for (const width of [390, 1280]) {
      const first = await open({ viewport: { width, height: 700 }, reducedMotion: "reduce" });
      const names = await first.evaluate(() => {
        const all = [...document.querySelectorAll("main [id]")].filter((one) => one.offsetParent || one.closest("details"));
        return all.filter((_, index) => index % Math.ceil(all.length / 24) === 0).map((one) => one.id);
      });
      for (const name of names) {
        const seen = await first.evaluate(async (name) => {
          location.hash = "";
          location.hash = encodeURIComponent(name);
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const box = document.getElementById(name).getBoundingClientRect();
          const over = document.elementFromPoint(Math.max(box.left, 1) + 3, box.top + 3);
          const hidden = Boolean(over?.closest("nav, thead")) && !document.getElementById(name).closest("thead");
          return { top: Math.round(box.top), hidden: hidden || box.top < 0 || box.top > innerHeight };
        }, name);
        if (seen.hidden) found.push(`${name} at ${width}: ${seen.top}`);
      }
    }
    return found;
  },

  async plain() {
    const page = await open({ javaScriptEnabled: false });
    return { controls: await page.locator("input, button, select").count(), text: await page.locator("main").innerText() };
  },

  async fonts() {
    const page = await open();
    return page.evaluate(() => [...document.fonts].filter((face) => face.status === "loaded")
      .map((face) => `${face.family.replaceAll('"', "")} ${face.weight} ${face.style}`).sort());
  },

  async keyboard() {
    const page = await open();
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement.className);
    await page.keyboard.press("Enter");
    const landed = await page.evaluate(() => document.activeElement.id);
    const stops = [], unseen = [];
    for (let stop = 0; stop < 300; stop += 1) {
      await page.keyboard.press("Tab");
      const now = await page.evaluate(() => {
        const at = document.activeElement, style = getComputedStyle(at);
        return { kind: at.type || at.localName, body: at === document.body, seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, html: at.outerHTML.slice(0, 80) };
      });
      if (now.body) break;
      stops.push(now.kind);
      if (!now.seen) unseen.push(now.html);
    }
    return { first, landed, stops: [...new Set(stops)].sort(), unseen };
  },

  async filter() {
    const page = await open();
    const tools = page.locator(".tools:has(input[type=search])").last();
    const rows = page.locator(".tools:has(input[type=search]) + .scroll").last().locator("tbody tr");
    const field = tools.locator("input"), told = tools.getByRole("status");
    const seen = { rows: await shown(rows), fields: await page.locator("input[type=search]").count() };
    await field.focus();
    await page.keyboard.type("socketio ham-02");
    Object.assign(seen, { filtered: await shown(rows), told: await told.textContent() });
    await field.fill("no such words");
    Object.assign(seen, { none: await shown(rows), toldNone: await told.textContent() });
    await field.fill("");
    Object.assign(seen, { again: await shown(rows), silent: await told.textContent() });
    if (await tools.locator("select").count()) {
      const kinds = await tools.locator("option").allTextContents();
      await tools.locator("select").selectOption({ index: 1 });
      Object.assign(seen, { kinds, ofKind: await shown(rows) });
    }
    return seen;
  },

  async copy() {
    // without smooth scrolling, so that what is clicked does not move away
    const page = await open({ reducedMotion: "reduce" }, (context) => context.grantPermissions(["clipboard-read", "clipboard-write"]));
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    const button = page.locator(".copy").first();
    const command = await page.locator("pre.cmd").first().textContent();
    await button.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".copy").textContent !== "Copy");
    const seen = { command, copied: await copied(), label: await button.textContent(), heard: await page.locator(".heard").textContent() };
    const anchor = page.locator("main h3 .anchor").first();
    await anchor.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash !== "");
    const id = await page.evaluate(() => document.querySelector("main h3[id]").id);
    Object.assign(seen, { id, link: (await copied()).split("#")[1], hash: await page.evaluate(() => location.hash.slice(1)) });
    const row = page.locator("tr:has([id^=finding-]) .anchor").first();
    if (!await row.count()) return seen;
    await row.click();
    await page.waitForFunction((before) => location.hash.slice(1) !== before, seen.hash);
    return { ...seen, finding: decodeURIComponent((await copied()).split("#")[1]) };
  },

  async ticks() {
    const page = await open();
    const boxes = page.locator("ol.steps input"), told = page.locator(".tools:has(progress) [role=status]").first();
    const clear = page.locator("button.clear").first();
    const ticked = () => page.locator("ol.steps input:checked").count();
    const seen = { boxes: await boxes.count(), clearAtFirst: await clear.isVisible() };
    await boxes.first().focus();
    await page.keyboard.press("Space");
    await boxes.nth(1).check();
    Object.assign(seen, { told: await told.textContent(), tally: await page.locator(".tally").first().textContent() });
    await page.reload();
    seen.remembered = await ticked();
    await clear.click();
    Object.assign(seen, { cleared: await ticked(), toldCleared: await told.textContent() });
    await clear.click();
    seen.back = await ticked();
    await clear.click();
    await page.reload();
    return { ...seen, forgotten: await ticked() };
  },

  async rounds() {
    const page = await open();
    const table = page.locator("table.ticks").first(), boxes = table.locator("input");
    const done = () => table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.className));
    const told = page.locator(".tools:has(progress) [role=status]").first();
    const seen = { boxes: await boxes.count(), labels: await boxes.evaluateAll((all) => all.map((box) => box.getAttribute("aria-label"))) };
    const row = table.locator("tbody tr").first().locator("input");
    for (const box of await row.all()) await box.check();
    Object.assign(seen, { row: await row.count(), done: await done(), told: await told.textContent() });
    await page.reload();
    return { ...seen, again: await done(), remembered: await page.locator("table.ticks input:checked").count(), others: await page.locator("ol.steps input:checked").count() };
  },

  async forbidden() {
    const page = await open({}, (_, page) => page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
    }));
    await page.locator("ol.steps input").first().check();
    return { ticked: await page.locator("ol.steps input:checked").count(), note: await page.locator(".tools .note").first().textContent() };
  },

  async paper() {
    const page = await open({ colorScheme: "dark" });
    await page.locator("input[type=search]").last().fill("no such words");
    await page.emulateMedia({ media: "print" });
    return page.evaluate(() => {
      const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length;
      const rows = document.querySelectorAll("tbody tr").length;
      return {
        closed: document.querySelectorAll("details:not([open])").length,
        details: document.querySelectorAll("details p").length, opened: [...document.querySelectorAll("details p")].filter((p) => p.offsetHeight > 0).length,
        rows, shown: seen("tbody tr"), controls: seen("button, select, input[type=search], .anchor, nav"), ground: getComputedStyle(document.documentElement).backgroundColor,
      };
    });
  },

  async details() {
    const page = await open({}, undefined, "#inside");
    const open_ = () => page.locator("details[open]").count();
    const seen = { linked: await open_() };
    const every = page.locator("button.expand");
    await every.click();
    Object.assign(seen, { all: await open_(), label: await every.textContent() });
    await every.click();
    return { ...seen, none: await open_() };
  },

  async weight() {
    const page = await open();
    return page.evaluate(() => ({
      elements: document.querySelectorAll("*").length,
      script: document.scripts[0].textContent.length,
      style: document.querySelector("style").textContent.replace(/url\([^)]*\)/g, "").length,
      fetched: performance.getEntriesByType("resource").filter((one) => !one.name.startsWith("data:")).length,
    }));
  },
};

for (const name of names ? names.split(",") : Object.keys(readers)) result[name] = await readers[name]();
await browser.close();
console.log(JSON.stringify(result));
