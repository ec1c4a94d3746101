// What a page costs in a browser with an empty cache: `cargo xtask bench pages [-- ROUNDS]`.
// Prints, for each page, the median and the worst of ROUNDS visits; and how long a changed filter takes to be painted.
import { chromium } from "@playwright/test";

const base = process.env.BASE_URL;
const rounds = Number(process.argv[2] ?? 5);
const pages = ["/", "/priority", "/turnaround", "/operations", "/quality", "/customers", "/mix", "/records/orders", "/sync"];

const browser = await chromium.launch({
  executablePath: process.env.PLAYWRIGHT_CHROMIUM || undefined,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

/** A browser that has never been here but is signed in. */
async function visitor(state) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState: state });
  // Chromium reports these only while the page lives, so they are collected from the first moment.
  await context.addInitScript(() => {
    window.measured = { lcp: 0, cls: 0, blocking: 0 };
    const watch = (type, note) =>
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
    watch("largest-contentful-paint", (entry) => (window.measured.lcp = entry.startTime));
    watch("layout-shift", (entry) => {
      if (!entry.hadRecentInput) window.measured.cls += entry.value;
    });
    watch("longtask", (entry) => (window.measured.blocking += Math.max(0, entry.duration - 50)));
  });
  return context;
}

async function signIn() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await page.fill("[name=username]", process.env.E2E_USER);
  await page.fill("[name=password]", process.env.E2E_PASSWORD);
  await page.press("[name=password]", "Enter");
  await page.waitForURL((url) => url.pathname !== "/login");
  const state = await context.storageState();
  await context.close();
  return state;
}

async function visit(state, path) {
  const context = await visitor(state);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  let requests = 0;
  session.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
    requests += 1;
  });
  await page.goto(base + path, { waitUntil: "load" });
  await page.waitForTimeout(1500);
  const figures = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation");
    return { ttfb: navigation.responseStart - navigation.requestStart, ...window.measured };
  });
  await context.close();
  return { ...figures, requests, kilobytes: bytes / 1024 };
}

/** Milliseconds from choosing another range to the page that shows it. */
async function changeFilter(state) {
  const context = await visitor(state);
  const page = await context.newPage();
  await page.goto(`${base}/?range=30d`, { waitUntil: "load" });
  await page.waitForTimeout(2000);
  const times = [];
  for (const name of ["7 days", "90 days", "30 days", "7 days", "90 days", "30 days"]) {
    times.push(
      await page.evaluate(async (wanted) => {
        const shown = () => document.querySelector("main")?.textContent;
        const before = shown();
        const began = performance.now();
        [...document.querySelectorAll("main a")].find((link) => link.textContent.trim() === wanted).click();
        while (shown() === before) await new Promise(requestAnimationFrame);
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - began;
      }, name),
    );
    await page.waitForTimeout(800);
  }
  await context.close();
  return times;
}

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];
const worst = (values) => sorted(values).at(-1);
const line = (name, rows, pick, digits = 0) => {
  const values = rows.map(pick);
  return `${name} ${median(values).toFixed(digits)} / ${worst(values).toFixed(digits)}`;
};

const state = await signIn();
console.log(`median / worst of ${rounds} visits with an empty cache`);
for (const path of pages) {
  const rows = [];
  for (let round = 0; round < rounds; round += 1) rows.push(await visit(state, path));
  console.log(
    path.padEnd(12),
    [
      line("TTFB ms", rows, (row) => row.ttfb),
      line("LCP ms", rows, (row) => row.lcp),
      line("CLS", rows, (row) => row.cls, 3),
      line("blocking ms", rows, (row) => row.blocking),
      line("requests", rows, (row) => row.requests),
      line("KB on the wire", rows, (row) => row.kilobytes),
    ].join(" · "),
  );
}
const times = await changeFilter(state);
console.log(`a changed filter is painted after ${median(times).toFixed(0)} ms (median), ${worst(times).toFixed(0)} ms (worst)`);
await browser.close();
