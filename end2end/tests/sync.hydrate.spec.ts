// What scripts add to the page about the synchronisation: it follows runs, and every open page follows the data.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
  await page.goto("/sync");
  await hydrated(page);
});

test("a timing that is none is refused with its reason", async ({ page, complaints }) => {
  const entry = page.locator(".schedules details").first();
  await entry.locator("summary").click();
  await entry.getByLabel("When").fill("every now and then");
  await entry.getByRole("button", { name: "Save" }).click();
  await complaints.expectOne(/422/);
  await expect(page.locator(".note.bad")).toContainText("cron");
});

test("a verification issues a certificate, which the open page shows", async ({ page }) => {
  await page.getByRole("button", { name: "Start Verify" }).click();
  await expect(page.getByRole("status").filter({ hasText: "is in the queue" })).toBeVisible();
  await expect(page.locator(".cert")).toContainText("The copy equals QBench", { timeout: 45_000 });
});

test("another open page tells that a run is going on", async ({ page, context }) => {
  const overview = await context.newPage();
  await overview.goto("/");
  await hydrated(overview);
  // A run of a small laboratory is over in a moment: the page is looked at very often.
  const told = overview.waitForFunction(
    () => /Sync running|Page updated/.test(document.querySelector(".fresh .remark")?.textContent ?? ""),
    null,
    { polling: 25, timeout: 30_000 },
  );
  await page.getByRole("button", { name: "Start Full" }).click();
  await told;
  await overview.close();
});

test("the end of a session is told on open pages", async ({ page, context }) => {
  const other = await context.newPage();
  await other.goto("/");
  await hydrated(other);
  await other.locator("summary.avatar").click();
  await other.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page.getByRole("alert")).toContainText("The session has ended");
  await expect(page.getByRole("link", { name: "Sign in again" })).toHaveAttribute("href", /next=%2Fsync/);
  await other.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing serious stands in the way of anybody, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  });
}

test("nothing is wider than a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/sync");
  await hydrated(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
