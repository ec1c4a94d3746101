// The way in and out: the first things that must work, with scripts and without.
import { expect, hydrated, signIn, test } from "../fixtures.ts";

test("a visitor without a session is sent to the sign-in page", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/login/);
  await expect(page.locator("h1")).toHaveCount(1);
  await expect(page.locator('form[method="post"] input[name="password"]')).toBeVisible();
});

test("signing in leads to a page with a navigation and one heading", async ({ page }) => {
  await signIn(page);
  await hydrated(page);
  await expect(page.locator("nav").first()).toBeVisible();
  await expect(page.locator("h1")).toHaveCount(1);
  await expect(page).toHaveTitle(/.+/);
  await expect(page.locator("html")).toHaveAttribute("lang", /.+/);
});
