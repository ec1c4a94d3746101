// What turnaround adds once its scripts have arrived.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("distribution, cumulative distribution, trend and stages are drawn", async ({ page }) => {
  await page.goto("/turnaround?range=90d");
  await hydrated(page);
  await expect(page.locator("bench-chart svg")).toHaveCount(4);
});

test("the bars of the waterfall float where the medians before them end, and open records", async ({ page }) => {
  await page.goto("/turnaround?range=90d&entity=orders");
  await hydrated(page);
  const chart = page.getByRole("region", { name: "Where the time goes" }).locator("bench-chart");
  await expect(chart.locator("svg")).toBeVisible();
  const { floors, medians } = await chart.evaluate((drawn) => {
    const { series } = JSON.parse((drawn as HTMLElement).dataset.option ?? "{}");
    return { floors: series[2].data as number[], medians: series[3].data as number[] };
  });
  expect(floors.slice(0, -1)).toEqual(medians.slice(0, -1).map((_, at) => medians.slice(0, at).reduce((sum, one) => sum + one, 0)));
  expect(floors.at(-1)).toBe(0);
  await chart.focus();
  await page.keyboard.press("End");
  await expect(page.locator("#chart-live")).toContainText("Whole, Median");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/records\/orders\?.*basis=reported/);
});

test("another clock changes the address and the figures, and survives a reload", async ({ page }) => {
  await page.goto("/turnaround?range=90d");
  await hydrated(page);
  const median = page.locator(".tile .val").nth(1);
  const before = await median.innerText();
  await page.getByRole("link", { name: "Working hours", exact: true }).click();
  await expect(page).toHaveURL(/clock=working/);
  await expect(median).not.toHaveText(before);
  const after = await median.innerText();
  await page.reload();
  await hydrated(page);
  await expect(median).toHaveText(after);
  await expect(page.getByRole("link", { name: "Working hours", exact: true })).toHaveAttribute("aria-current", "true");
});

test("thresholds are set in place", async ({ page }) => {
  await page.goto("/turnaround?range=90d&least=0");
  await hydrated(page);
  await page.getByText("Thresholds", { exact: true }).click();
  await page.locator('input[name="outlier"]').fill("1");
  await page.locator('form:has(input[name="outlier"]) button[type="submit"]').click();
  await expect(page).toHaveURL(/outlier=1(&|$)/);
  await expect(page.locator("#turnaround-orders tr[data-outlier]").first()).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`/turnaround is open to everybody, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/turnaround?range=90d&least=0");
    await hydrated(page);
    await expectAccessible(page);
  });
}

test("/turnaround fits a phone in Spanish", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/turnaround?lang=es&least=0");
  await hydrated(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
