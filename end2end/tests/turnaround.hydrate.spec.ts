// What turnaround adds once its scripts have arrived.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("distribution, cumulative distribution and trend are drawn", async ({ page }) => {
  await page.goto("/turnaround?range=90d");
  await hydrated(page);
  await expect(page.locator("bench-chart svg")).toHaveCount(3);
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
