// What the overview adds once its scripts have arrived.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test("charts are drawn and a filter survives a reload", async ({ page }) => {
  await signIn(page);
  await page.goto("/");
  await hydrated(page);
  await expect(page.locator("bench-chart svg")).toHaveCount(2);
  const before = await page.locator(".tile .val").nth(1).innerText();
  await page.getByRole("link", { name: "7 days", exact: true }).click();
  await expect(page).toHaveURL(/range=7d/);
  await expect(page.locator(".tile .val").nth(1)).not.toHaveText(before);
  const after = await page.locator(".tile .val").nth(1).innerText();
  await page.reload();
  await hydrated(page);
  await expect(page.locator(".tile .val").nth(1)).toHaveText(after);
});

test("an order is opened from its list", async ({ page }) => {
  await signIn(page);
  await page.goto("/records/orders");
  await hydrated(page);
  await page.locator('table a[href^="/orders/"]').first().click();
  await expect(page).toHaveURL(/\/orders\/\d+/);
  await expect(page.locator("h1")).toHaveCount(1);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing serious stands in the way of anybody, ${colorScheme}`, async ({ page }) => {
    await signIn(page);
    await page.emulateMedia({ colorScheme });
    await page.goto("/");
    await hydrated(page);
    await expectAccessible(page);
  });
}

test("nothing is wider than a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page);
  await page.goto("/records/customers");
  const customer = await page.locator('table a[href^="/customers/"]').first().getAttribute("href");
  for (const path of ["/", "/records/orders", customer ?? "", "/search?q=farms"]) {
    await page.goto(path);
    await hydrated(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
});
