// The synchronisation, with and without scripts: what the page tells, and that its forms act.
import { expect, hasScripts, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
  await page.goto("/sync");
  await hydrated(page);
});

test("the page tells how old the copy is, what ran and how it ended", async ({ page }) => {
  await expect(page.locator("h1")).toHaveText("Sync");
  await expect(page.locator(".counts > a")).toHaveCount(6);
  await expect(page.locator(".counts .val").first()).toContainText("old");
  await page.locator('a.id[href^="/sync/runs/"]').last().click();
  await expect(page).toHaveURL(/\/sync\/runs\/\d+/);
  await expect(page.locator("h1")).toHaveText(/Run \d+/);
  await expect(page.getByRole("row", { name: /Tests/ })).toBeVisible();
  await expect(page.locator(".badge")).toContainText(/done|set aside/);
});

test("a run is started and followed to its end", async ({ page }) => {
  const first = page.locator("table").first().locator("tbody tr").first();
  const before = await first.locator("a.id").innerText();
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(async () => {
    // With scripts the page follows by itself.
    if (!hasScripts()) await page.reload();
    expect(await first.locator("a.id").innerText()).not.toBe(before);
    await expect(first.locator(".badge")).toHaveText(/done|set aside/, { timeout: 500 });
  }).toPass();
});

test("a schedule is changed and changed back", async ({ page }) => {
  const entry = page.locator(".schedules details").first();
  const change = async (minutes: number) => {
    await entry.locator("summary").click();
    await entry.getByLabel("When").fill(`*/${minutes} * * * *`);
    await entry.getByRole("button", { name: "Save" }).click();
    await expect(entry.locator("summary")).toContainText(`every ${minutes} min`);
  };
  await change(7);
  await page.reload();
  await hydrated(page);
  await change(5);
});

test("there is no run of an invented number", async ({ page }) => {
  const answer = await page.request.get("/sync/runs/99999999");
  expect(answer.status()).toBe(404);
});
