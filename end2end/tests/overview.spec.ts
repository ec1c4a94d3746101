// The overview: readable with and without scripts, in both languages and themes, and agreeing with its records.
import { expect, hasScripts, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("figures and tables are in the page itself", async ({ page }) => {
  await page.goto("/?range=90d");
  await hydrated(page);
  await expect(page.locator("h1")).toHaveText("Overview");
  await expect(page.locator(".tile .val")).toHaveCount(7);
  await expect(page.locator(".rank li").first()).toBeVisible();
  // Without scripts the tables stand open, in the place of the drawings.
  if (hasScripts()) await page.locator("details.twin summary").first().click();
  await expect(page.locator("details.twin table").first()).toBeVisible();
});

test("a tile's records are as many as it says", async ({ page }) => {
  await page.goto("/?range=90d");
  await hydrated(page);
  for (const at of [0, 1, 2]) {
    const tile = page.locator(".tile").nth(at);
    const count = (await tile.locator(".val").innerText()).trim();
    const href = (await tile.locator(".lab a").getAttribute("href")) ?? "";
    const records = await page.context().newPage();
    await records.goto(href);
    await expect(records.locator(".pager")).toContainText(`of ${count}`);
    await records.close();
  }
});

test("the page is there in Spanish", async ({ page }) => {
  await page.goto("/?lang=es");
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await expect(page.locator("h1")).toHaveText("Resumen");
});

test("signing out closes the pages", async ({ page }) => {
  // An open page would hear of it and complain; that is another test's subject.
  await page.goto("about:blank");
  await page.context().request.post("/logout");
  await page.goto("/records/orders");
  await expect(page).toHaveURL(/\/login/);
});
