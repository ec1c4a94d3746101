// Priority orders: readable with and without scripts, and agreeing with their records and files.
import { expect, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

for (const query of ["", "?sla=120"]) {
  test(`every tile counts what its list holds${query}`, async ({ page }) => {
    await page.goto(`/priority${query}`);
    await hydrated(page);
    const tiles = page.locator(".counts a[data-tile]");
    await expect(tiles).toHaveCount(5);
    for (const tile of await tiles.all()) {
      const count = (await tile.locator(".val").innerText()).trim();
      const records = await page.context().newPage();
      await records.goto((await tile.getAttribute("href")) ?? "");
      if (count === "0") await expect(records.locator(".empty")).toBeVisible();
      else await expect(records.locator(".pager")).toContainText(`of ${count}`);
      await records.close();
    }
  });
}

test("a late order opens to its samples and their pending tests", async ({ page }) => {
  await page.goto("/priority?sla=24");
  await hydrated(page);
  const table = page.locator("table.stack");
  await expect(table.locator('a[href^="/orders/"]').first()).toBeVisible();
  const work = table.locator("tr.work details").first();
  await expect(work.locator("table")).toBeHidden();
  await work.locator("summary").click();
  await expect(work.locator('a[href^="/samples/"]').first()).toBeVisible();
  await expect(work.locator('a[href^="/tests/"]').first()).toBeVisible();
  await expect(work.locator(".pill").first()).toBeVisible();
});

test("the number in the navigation is that of the late orders", async ({ page }) => {
  await page.goto("/priority");
  await hydrated(page);
  const late = (await page.locator('.counts a[data-tile="late"] .val').innerText()).trim();
  const shown = Number(late.replaceAll(",", "")) > 99 ? "99+" : late;
  await expect(page.locator('.rail a[href^="/priority"] .count')).toHaveText(shown);
});

test("a number of the heat map opens as many orders", async ({ page }) => {
  await page.goto("/priority?sla=24");
  await hydrated(page);
  const cell = page.locator("table.heat td a").first();
  const count = (await cell.innerText()).trim();
  await cell.click();
  await expect(page).toHaveURL(/\/records\/orders\?/);
  await expect(page.locator(".pager")).toContainText(`of ${count}`);
});

test("target and least age are asked for by a form, tabs and headings by links", async ({ page }) => {
  await page.goto("/priority?tab=risk");
  await hydrated(page);
  await page.locator('.limits input[name="sla"]').fill("24");
  await page.locator('.limits input[name="min_days"]').fill("2");
  await page.locator(".limits button").click();
  await expect(page).toHaveURL(/tab=risk.*sla=24.*min_days=2/);
  await page.locator(".tabs a").first().click();
  await expect(page).toHaveURL(/sla=24&min_days=2$/);
  await page.locator("table.stack th a.sort").nth(1).click();
  await expect(page).toHaveURL(/sort=customer$/);
  await expect(page.locator("table.stack th[aria-sort]")).toHaveAttribute("aria-sort", "ascending");
});

test("the tables can be taken away", async ({ page }) => {
  await page.goto("/priority?sla=24");
  const links = page.locator('a[href^="/export/priority-"]');
  expect(await links.count()).toBe(8);
  for (const link of await links.all()) {
    const file = await page.context().request.get((await link.getAttribute("href")) ?? "");
    expect(file.status()).toBe(200);
    expect(file.headers()["content-disposition"]).toContain("attachment");
  }
});
