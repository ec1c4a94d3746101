// Turnaround: readable with and without scripts, and agreeing with its records and files.
import { expect, hasScripts, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("tiles and tables of turnaround are in the page itself", async ({ page }) => {
  await page.goto("/turnaround?range=90d&least=0&outlier=24");
  await hydrated(page);
  await expect(page.locator("h1")).toHaveText("Turnaround");
  await expect(page.locator(".tile .val")).toHaveCount(7);
  await expect(page.locator(".tile .val").first()).not.toHaveText("–");
  expect(await page.locator("#turnaround-groups tbody tr").count()).toBeGreaterThan(1);
  expect(await page.locator("#turnaround-orders tbody tr").count()).toBeGreaterThan(1);
  await expect(page.locator("#turnaround-orders tr[data-outlier] .badge").first()).toBeVisible();
  const stages = page.getByRole("region", { name: "Where the time goes" }).locator("details.twin tbody tr");
  await expect(stages.last()).toContainText("Whole");
  expect(await stages.count()).toBeGreaterThan(2);
  // Without scripts the tables stand open, in the place of the drawings.
  if (hasScripts()) await page.locator("details.twin summary").first().click();
  await expect(page.locator("details.twin table").first()).toBeVisible();
});

for (const entity of ["tests", "samples", "orders"]) {
  test(`the number of ${entity} is that of their list, whole and by group`, async ({ page }) => {
    await page.goto(`/turnaround?range=90d&entity=${entity}`);
    await hydrated(page);
    const tile = page.locator(".tile").last();
    const group = page.locator("#turnaround-groups tbody tr").first().locator("td").first();
    for (const [count, link] of [
      [await tile.locator(".val").innerText(), tile.locator(".lab a")],
      [await group.innerText(), group.locator("a")],
    ] as const) {
      const records = await page.context().newPage();
      await records.goto((await link.getAttribute("href")) ?? "");
      await expect(records.locator(".pager")).toContainText(`of ${count.trim()}`);
      await records.close();
    }
  });
}

test("the clock, the entity and the groups are links that keep the rest", async ({ page }) => {
  await page.goto("/turnaround?range=90d&sla=72");
  await hydrated(page);
  await page.getByRole("link", { name: "Working hours", exact: true }).click();
  await expect(page).toHaveURL(/sla=72.*clock=working/);
  // The address changes first, and the links of the page with its content.
  await expect(page.getByRole("link", { name: "Working hours", exact: true })).toHaveAttribute("aria-current", "true");
  await page.getByRole("link", { name: "Samples", exact: true }).click();
  await expect(page).toHaveURL(/range=90d&sla=72&clock=working&entity=samples/);
  await expect(page.locator(".tile .lab").last()).toContainText("Samples completed");
  await page.getByRole("group", { name: "Group by" }).getByRole("link", { name: "Customer", exact: true }).click();
  await expect(page).toHaveURL(/entity=samples&group=customer/);
  await expect(page.locator("#turnaround-groups thead th").first()).toHaveText("Customer");
});

test("a slow order is opened from its row", async ({ page }) => {
  await page.goto("/turnaround?range=90d&least=0");
  await hydrated(page);
  await page.locator('#turnaround-orders a[href^="/orders/"]').first().click();
  await expect(page).toHaveURL(/\/orders\/\d+/);
  await expect(page.locator("h1")).toHaveCount(1);
});

test("the numbers of every card of turnaround can be taken away", async ({ page }) => {
  await page.goto("/turnaround?range=90d&clock=working");
  const hrefs = await page.locator('a[href^="/export/turnaround-"]').evaluateAll((links) =>
    links.map((link) => link.getAttribute("href") ?? ""),
  );
  expect(hrefs.length).toBeGreaterThanOrEqual(10);
  for (const href of hrefs) {
    expect(href).toContain("clock=working");
    const file = await page.context().request.get(href);
    expect(file.status(), href).toBe(200);
    expect(file.headers()["content-disposition"]).toContain("attachment");
  }
});

test("a clock that there is not is named, and nothing is guessed", async ({ page }) => {
  const answer = await page.context().request.get("/turnaround?clock=sun");
  expect(answer.status()).toBe(422);
  expect(await answer.text()).toContain("clock");
});

test("turnaround is there in Spanish", async ({ page }) => {
  await page.goto("/turnaround?lang=es");
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await expect(page.locator("#turnaround-groups, .empty").first()).toBeVisible();
});
