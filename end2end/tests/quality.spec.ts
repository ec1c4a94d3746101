// Quality: readable with and without scripts, and agreeing with its records and files.
import { expect, hasScripts, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("figures and tables are in the page itself", async ({ page }) => {
  await page.goto("/quality?range=90d");
  await hydrated(page);
  await expect(page.locator("h1")).toHaveText("Quality");
  await expect(page.locator(".tile .val")).toHaveCount(6);
  await expect(page.getByRole("region", { name: "Quality by customer" }).locator("tbody tr").first()).toBeVisible();
  if (hasScripts()) await page.locator("details.twin summary").first().click();
  await expect(page.locator("details.twin table").first()).toBeVisible();
});

test("tiles and cells count what their lists hold", async ({ page }) => {
  await page.goto("/quality?range=90d");
  await hydrated(page);
  const found: [string, string][] = [];
  for (const at of [0, 1, 2]) {
    const tile = page.locator(".tile").nth(at);
    found.push([(await tile.locator(".lab a").getAttribute("href")) ?? "", await tile.locator(".val").innerText()]);
  }
  const cells = page.getByRole("region", { name: "Quality by customer" }).locator("tbody tr").first().locator("td a");
  for (const cell of await cells.all()) {
    found.push([(await cell.getAttribute("href")) ?? "", await cell.innerText()]);
  }
  const state = page.locator(".heat td a").first();
  found.push([(await state.getAttribute("href")) ?? "", await state.innerText()]);
  const records = await page.context().newPage();
  for (const [href, count] of found.filter(([, count]) => count.trim() !== "0")) {
    await records.goto(href);
    await expect(records.locator(".pager"), href).toContainText(`of ${count.trim()}`);
  }
  await records.close();
});

test("every table can be taken away", async ({ page }) => {
  await page.goto("/quality?range=90d");
  const links = page.locator('a[href^="/export/quality-"][href*=".csv"]');
  expect(await links.count()).toBeGreaterThan(4);
  for (const link of await links.all()) {
    const file = await page.context().request.get((await link.getAttribute("href")) ?? "");
    expect(file.status()).toBe(200);
  }
});

test("a range without work says so", async ({ page }) => {
  await page.goto("/quality?from=2001-01-01&to=2001-01-07");
  await expect(page.getByText("Nothing is out of its usual range.")).toBeVisible();
  await expect(page.locator(".tile .val").first()).toHaveText("0");
});
