// Operations: readable with and without scripts, and agreeing with its records and files.
import type { Locator, Page } from "@playwright/test";
import { expect, hasScripts, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

/** The list behind a link holds as many records as are said. */
async function expectListed(page: Page, link: Locator, count: string) {
  const records = await page.context().newPage();
  await records.goto((await link.getAttribute("href")) ?? "");
  await expect(records.locator(".pager")).toContainText(`of ${count.trim()}`);
  await records.close();
}

test("figures and tables are in the page itself", async ({ page }) => {
  await page.goto("/operations?range=90d");
  await hydrated(page);
  await expect(page.locator("h1")).toHaveText("Operations");
  await expect(page.locator(".tile .val")).toHaveCount(6);
  await expect(page.locator("nav [aria-current=page]").first()).toContainText("Operations");
  await expect(page.locator(".week .heat tbody tr")).toHaveCount(7);
  if (hasScripts()) await page.locator("details.twin summary").first().click();
  await expect(page.locator("details.twin table").first()).toBeVisible();
});

test("the tiles count what their lists hold", async ({ page }) => {
  await page.goto("/operations?range=90d");
  await hydrated(page);
  const tiles = page.locator(".tile").filter({ has: page.locator(".lab a") });
  await expect(tiles).toHaveCount(5);
  for (const tile of await tiles.all()) {
    const shown = (await tile.locator(".val").innerText()).trim();
    // Means and shares open what they are computed from.
    if (/^[\d,]+$/.test(shown)) await expectListed(page, tile.locator(".lab a"), shown);
  }
});

test("steps of the funnel and cells of the heat maps count what their lists hold", async ({ page }) => {
  await page.goto("/operations?range=90d");
  await hydrated(page);
  const links = [
    page.locator(".funnel a.num").nth(1),
    page.locator(".funnel a.num").nth(2),
    page.locator(".heat").first().locator("td a").first(),
    page.locator(".week .heat td a").first(),
  ];
  for (const link of links) await expectListed(page, link, await link.innerText());
});

test("every table can be taken away", async ({ page }) => {
  await page.goto("/operations?range=90d");
  const links = page.locator('a[href^="/export/operations-"][href*=".csv"]');
  expect(await links.count()).toBeGreaterThan(8);
  for (const link of await links.all()) {
    const file = await page.context().request.get((await link.getAttribute("href")) ?? "");
    expect(file.status()).toBe(200);
    expect(file.headers()["content-disposition"]).toContain("attachment");
  }
});

test("a range without work says so", async ({ page }) => {
  await page.goto("/operations?from=2001-01-01&to=2001-01-07");
  await expect(page.getByText("No order was created in this range.").first()).toBeVisible();
  await expect(page.locator(".tile .val").first()).toHaveText("0");
});
