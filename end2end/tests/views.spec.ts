// Saved views and links: a page is saved, opened from the menu, shared, and seen by somebody without an account.
import { expect, hydrated, signIn, test } from "../fixtures.ts";

test("a view is saved, opened from the menu, shared with a stranger and revoked", async ({ page, browser }) => {
  const name = `Wall ${Date.now()}`;
  await signIn(page);
  await page.goto("/mix?range=7d");
  await hydrated(page);
  await page.locator(".views > summary").click();
  await page.getByLabel("Name of the view").fill(name);
  await page.getByRole("button", { name: "Save this page" }).click();
  const entry = page.locator(".views .pop a", { hasText: name });
  await expect(entry).toBeAttached();

  await page.goto("/");
  await hydrated(page);
  await page.locator(".views > summary").click();
  await entry.click();
  await expect(page).toHaveURL(/\/mix\?range=7d$/);

  await page.goto("/views");
  await hydrated(page);
  await page.getByLabel("View", { exact: true }).selectOption({ label: name });
  await page.getByRole("button", { name: "Make a link" }).click();
  await expect(page).toHaveURL(/\/views\?made=/);
  const link = page.locator(".made a").first();
  const address = (await link.getAttribute("href")) ?? "";
  expect(address).toMatch(/\/s\/[\w-]{43}$/);

  const context = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled });
  const guest = await context.newPage();
  await guest.goto(new URL(address, page.url()).href);
  await expect(guest).toHaveURL(/\/mix\?range=7d$/);
  await hydrated(guest);
  await expect(guest.locator("h1")).toHaveCount(1);
  await expect(guest.locator("nav.rail")).toHaveCount(0);
  await expect(guest.locator("main a[href]")).toHaveCount(0);
  for (const closed of ["/", "/mix?range=30d", "/customers", "/records", "/sync", "/views", "/export/mix-types.csv"]) {
    expect((await guest.request.get(new URL(closed, page.url()).href)).status(), closed).toBe(403);
  }
  await guest.goto(new URL(`${address}?embed=1`, page.url()).href);
  await hydrated(guest);
  await expect(guest.locator(".topbar")).toBeHidden();
  await expect(guest.locator("main .card").first()).toBeVisible();

  await page.goto("/views");
  await hydrated(page);
  await page.getByRole("button", { name: `Revoke the link to ${name}` }).click();
  await expect(page.locator("tr", { hasText: name }).getByText("revoked")).toBeVisible();
  await guest.goto(new URL(address, page.url()).href);
  await expect(guest.locator("h1")).toHaveText("This link shows nothing");
  await context.close();
});
