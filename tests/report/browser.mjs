// Opens a report in Chromium as a reader would and prints what happened as JSON.
// usage: node browser.mjs <folder with node_modules> <report.html> <path of chromium> [folder for pictures]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, report, executablePath, pictures] = process.argv.slice(2);
const require = createRequire(`${modules}/package.json`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const result = { requests: [], messages: [], dialogs: [], violations: {}, wide: [] };

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("request", (r) => { if (!r.url().startsWith("data:") && !r.isNavigationRequest()) result.requests.push(r.url()); });
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) result.messages.push(m.text()); });
  page.on("pageerror", (e) => result.messages.push(String(e)));
  page.on("dialog", (d) => { result.dialogs.push(d.message()); d.dismiss(); });
  await page.goto(pathToFileURL(report).href);
  await page.waitForLoadState("load");
  return page;
}

for (const colorScheme of ["light", "dark"]) {
  const page = await open({ colorScheme, viewport: { width: 1280, height: 900 } });
  if (pictures) await page.screenshot({ path: `${pictures}/${colorScheme}.png`, fullPage: true });
  // the debugging protocol is not held by the page's policy, so axe can be brought in while the policy stands
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  result.violations[colorScheme] = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" | ")}`);
}
for (const width of [390, 320]) {
  const page = await open({ viewport: { width, height: 844 } });
  if (pictures) await page.screenshot({ path: `${pictures}/${width}.png`, fullPage: true });
  const room = await page.evaluate(() => document.documentElement.scrollWidth);
  if (room > width) result.wide.push(`${room} at ${width}`);
}
const plain = await open({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
result.controlsWithoutScript = await plain.locator("input, button").count();
const page = await open({ viewport: { width: 1280, height: 900 } });
if (await page.locator("input[type=search]").count()) {
  const table = page.locator(".tools + .scroll").last();
  result.rows = await table.locator("tbody tr:visible").count();
  await page.locator("input[type=search]").last().fill("socketio ham-02");
  result.filtered = await table.locator("tbody tr:visible").count();
}
if (await page.locator("ol.steps input").count()) {
  await page.locator("ol.steps input").first().check();
  await page.reload();
  result.remembered = await page.locator("ol.steps input").first().isChecked();
}
await browser.close();
console.log(JSON.stringify(result));
