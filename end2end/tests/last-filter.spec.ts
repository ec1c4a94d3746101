// The filter that was used last: it leads every dashboard that is opened without one, and is forgotten by a reset.
import { expect, hydrated, signIn, test } from "../fixtures.ts";

test("the last filter is there again, on another page and after signing in again, until it is reset", async ({ page }) => {
  await signIn(page);
  await page.goto("/mix");
  await hydrated(page);
  await expect(page).toHaveURL(/\/mix$/);
  await expect(page.getByRole("link", { name: "30 days", exact: true })).toHaveAttribute("aria-current", "true");
  await expect(page.getByRole("link", { name: "Reset" })).toHaveCount(0);
  await page.getByRole("link", { name: "90 days", exact: true }).click();
  await expect(page).toHaveURL(/\/mix\?range=90d$/);

  // Through a page that knows no filter, and back by the navigation.
  await page.locator(".rail a.nav", { hasText: "Records" }).click();
  await expect(page).toHaveURL(/\/records$/);
  await page.locator(".rail a.nav", { hasText: "Quality" }).click();
  await expect(page).toHaveURL(/\/quality\?range=90d$/);
  await expect(page.getByRole("link", { name: "90 days", exact: true })).toHaveAttribute("aria-current", "true");

  // By a bare address, and from another browser.
  await page.goto("/operations");
  await expect(page).toHaveURL(/\/operations\?range=90d$/);
  // What an address says wins, and parameters of a page alone are shown as they are.
  await page.goto("/priority?tab=risk");
  await expect(page).toHaveURL(/\/priority\?tab=risk$/);
  await page.goto("/mix?embed=1");
  await expect(page).toHaveURL(/\/mix\?embed=1$/);

  await page.goto("/mix");
  await hydrated(page);
  await page.getByRole("link", { name: "Reset" }).click();
  await expect(page).toHaveURL(/\/mix\?range=30d$/);
  await expect(page.getByRole("link", { name: "Reset" })).toHaveCount(0);
  await page.locator(".rail a.nav", { hasText: "Records" }).click();
  await expect(page).toHaveURL(/\/records$/);
  await expect(page.locator(".rail a.nav", { hasText: "Quality" })).toHaveAttribute("href", "/quality");
  await page.goto("/quality");
  await expect(page).toHaveURL(/\/quality$/);
});

test("whoever signs in next on the same computer gets nothing of it", async ({ page }) => {
  const name = `next-${Date.now()}`;
  await signIn(page);
  await page.goto("/admin");
  await hydrated(page);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill("a long pass phrase");
  await page.getByRole("button", { name: "Add an account" }).click();
  await expect(page.getByRole("row", { name: new RegExp(name) })).toHaveCount(1);
  await page.goto("/?range=7d");
  await hydrated(page);
  await page.locator("nav.rail details.menu > summary").click();
  await page.locator('nav.rail form[action="/logout"] button').click();
  await page.waitForURL(/\/login/);
  await page.locator('input[name="username"]').fill(name);
  await page.locator('input[name="password"]').fill("a long pass phrase");
  await page.locator('form[method="post"] [type="submit"]').first().click();
  await expect(page).toHaveURL(/\/$/);
  await hydrated(page);
  await expect(page.getByRole("link", { name: "30 days", exact: true })).toHaveAttribute("aria-current", "true");
});
