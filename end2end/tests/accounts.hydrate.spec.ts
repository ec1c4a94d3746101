// What scripts add to the pages of accounts: a token's text, shown once; and nothing stands in anybody's way.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test("a token is made, works for programs, and is revoked", async ({ page, playwright, baseURL }) => {
  await signIn(page);
  await page.goto("/account");
  await hydrated(page);
  await page.getByLabel("Name", { exact: true }).fill("night report");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = await page.locator("code.secret").innerText();
  const program = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  expect((await program.get("/api/v1/session")).status()).toBe(200);
  await page.getByRole("row", { name: /night report/ }).getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("row", { name: /night report/ })).toHaveCount(0);
  expect((await program.get("/api/v1/session")).status()).toBe(401);
  await program.dispose();
});

for (const path of ["/account", "/admin", "/admin/settings", "/admin/audit"]) {
  test(`nothing serious stands in the way of anybody on ${path}, on a phone too`, async ({ page }) => {
    await signIn(page);
    for (const lang of ["en", "es"]) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${path}?lang=${lang}`);
      await hydrated(page);
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
  });
}
