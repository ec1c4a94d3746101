// Charts over time: dragging across them chooses a range, their keys hide and show what is drawn.
import type { Locator, Page } from "@playwright/test";
import { expect, hydrated, signIn, test } from "../fixtures.ts";

const CHARTS = [
  ["/", "volume"],
  ["/", "turnaround"],
  ["/turnaround", "turnaround-trend"],
  ["/operations", "operations-throughput"],
  ["/operations", "operations-cycle"],
  ["/operations", "operations-batches"],
  ["/quality", "quality-course"],
  ["/quality", "quality-punctual"],
  ["/customers", "customers-course"],
] as const;

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

/** The drawn chart of the card whose explanation has this id. */
async function drawn(page: Page, id: string) {
  const chart = page.locator(".card", { has: page.locator(`#how-${id}`) }).locator("bench-chart");
  await chart.scrollIntoViewIfNeeded();
  await expect(chart.locator("svg")).toBeVisible();
  return chart;
}

/** First and last day of each bucket of a chart. */
const days = (chart: Locator) =>
  chart.evaluate((one) => JSON.parse((one as HTMLElement).dataset.option ?? "{}").benchwatch.brush.buckets as [string, string][]);

for (const [path, id] of CHARTS) {
  test(`dragging across ${id} on ${path} puts a range into the address`, async ({ page }) => {
    await page.goto(`${path}?range=30d&compare=none&bucket=day&sla=24`);
    await hydrated(page);
    const chart = await drawn(page, id);
    const buckets = await days(chart);
    const box = await chart.boundingBox();
    if (!box) throw new Error("the chart has no box");
    const y = box.y + box.height / 3;
    await page.mouse.move(box.x + box.width * 0.3, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, y, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
    await expect(chart.locator(".sel")).toBeVisible();
    await expect(chart.locator(".tip")).toContainText(" – ");
    await page.mouse.up();
    await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d/);
    const address = new URL(page.url());
    expect(address.pathname).toBe(path);
    expect(address.searchParams.get("range")).toBeNull();
    expect(address.searchParams.get("sla")).toBe("24");
    const [from, to] = [address.searchParams.get("from") ?? "", address.searchParams.get("to") ?? ""];
    expect(buckets.map(([first]) => first)).toContain(from);
    expect(buckets.map(([, last]) => last)).toContain(to);
    expect(from < to).toBe(true);
    // The dates of the filter bar say the same.
    await expect(page.locator('.filter input[name="from"]').first()).toHaveValue(from);
    await expect(page.locator('.filter input[name="to"]').first()).toHaveValue(to);
  });
}

test("the same range is chosen with the keyboard alone", async ({ page }) => {
  await page.goto("/?range=30d");
  await hydrated(page);
  const chart = await drawn(page, "volume");
  const buckets = await days(chart);
  await chart.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`from=${buckets[0]?.[0]}&to=${buckets[2]?.[1]}$`));
});

for (const path of ["/", "/turnaround", "/operations", "/quality", "/customers"]) {
  test(`every entry of a key on ${path} hides what it names and shows it again`, async ({ page }) => {
    await page.goto(`${path}?range=30d`);
    await hydrated(page);
    await expect(page.locator("bench-chart svg").first()).toBeVisible();
    const entries = page.locator(".card:has(bench-chart) .key button");
    expect(await entries.count()).toBeGreaterThan(0);
    for (const entry of await entries.all()) {
      const name = await entry.innerText();
      const chart = entry.locator("xpath=ancestor::section").locator("bench-chart");
      const drawing = () => chart.locator("svg").innerHTML();
      await expect(chart.locator("svg")).toBeVisible();
      const positions = ((await entry.getAttribute("data-series")) ?? "").split(" ").map(Number);
      const some = await chart.evaluate((one, at) => {
        const { series } = JSON.parse((one as HTMLElement).dataset.option ?? "{}");
        return at.some((index) => series[index]?.data.some((point: { value?: number } | number | null) => Number(Object(point).value ?? point) > 0));
      }, positions);
      if (!some) continue; // nothing of it is drawn in this range
      const before = await drawing();
      await entry.click();
      await expect(entry, name).toHaveAttribute("aria-pressed", "false");
      await expect.poll(drawing, { message: name }).not.toBe(before);
      const hidden = await drawing();
      await entry.click();
      await expect(entry, name).toHaveAttribute("aria-pressed", "true");
      await expect.poll(drawing, { message: name }).not.toBe(hidden);
    }
  });
}

test("a chart without keys of its own has one series only", async ({ page }) => {
  for (const path of ["/", "/turnaround", "/operations", "/quality", "/customers"]) {
    await page.goto(`${path}?range=90d`);
    await hydrated(page);
    const named = await page.locator(".card:has(bench-chart)").evaluateAll((cards) =>
      cards.map((card) => {
        const { series, benchwatch } = JSON.parse((card.querySelector("bench-chart") as HTMLElement).dataset.option ?? "{}");
        const names = new Set((series as { name?: string }[]).map((one) => one.name).filter(Boolean));
        return { title: card.getAttribute("aria-label"), names: names.size, keys: card.querySelectorAll(".key button").length, marks: benchwatch.marks };
      }),
    );
    for (const { title, names, keys, marks } of named) {
      if (names > 1 && !marks) expect(keys, `${path} ${title}`).toBeGreaterThan(1);
    }
  }
});
