// Customers and the product mix: readable with and without scripts, and agreeing with their records and files.
import { expect, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

for (const path of ["/customers", "/mix"]) {
  test(`the tiles of ${path} count what their lists hold`, async ({ page }) => {
    await page.goto(`${path}?range=90d`);
    await hydrated(page);
    const tiles = page.locator(".tile").filter({ has: page.locator(".lab a") });
    expect(await tiles.count()).toBeGreaterThan(1);
    for (const tile of await tiles.all()) {
      const count = (await tile.locator(".val").innerText()).trim();
      // Means and shares open what they are computed from.
      if (!/^[\d,]+$/.test(count)) continue;
      const records = await page.context().newPage();
      await records.goto((await tile.locator(".lab a").getAttribute("href")) ?? "");
      await expect(records.locator(".pager")).toContainText(`of ${count}`);
      await records.close();
    }
  });
}

test("a customer's page is opened from the list", async ({ page }) => {
  await page.goto("/customers?range=90d");
  await hydrated(page);
  await page.locator('table a[href^="/customers/"]').first().click();
  await expect(page).toHaveURL(/\/customers\/\d+/);
  await expect(page.locator("h1")).toHaveCount(1);
});

test("the numbers of a card can be taken away", async ({ page }) => {
  await page.goto("/mix?range=90d");
  const links = page.locator('a[href^="/export/"]');
  expect(await links.count()).toBeGreaterThan(1);
  for (const link of (await links.all()).slice(0, 2)) {
    const file = await page.context().request.get((await link.getAttribute("href")) ?? "");
    expect(file.status()).toBe(200);
    expect(file.headers()["content-disposition"]).toContain("attachment");
  }
});
