// What operations adds once its scripts have arrived.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("charts are drawn and a filter survives a reload", async ({ page }) => {
  await page.goto("/operations");
  await hydrated(page);
  await expect(page.locator("bench-chart svg")).toHaveCount(5);
  const received = page.locator(".tile .val").first();
  const before = await received.innerText();
  await page.getByRole("link", { name: "7 days", exact: true }).click();
  await expect(page).toHaveURL(/\/operations\?range=7d/);
  await expect(received).not.toHaveText(before);
  const after = await received.innerText();
  await page.reload();
  await hydrated(page);
  await expect(received).toHaveText(after);
  await expect(page.locator("bench-chart svg")).toHaveCount(5);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`operations is open to everybody, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/operations");
    await hydrated(page);
    await expectAccessible(page);
    await page.screenshot({ path: test.info().outputPath(`operations-${colorScheme}.png`), fullPage: true });
  });
}

test("operations fits a phone in Spanish", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/operations?lang=es");
  await hydrated(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
