// Accounts: made, used and disabled through the pages, with and without scripts.
import { expect, hasScripts, hydrated, signIn, test } from "../fixtures.ts";

test("an account is made, signs in, is disabled and cannot sign in any more", async ({ page, browser }) => {
  const name = `reader-${hasScripts() ? "js" : "plain"}`;
  const password = "a long pass phrase";
  await signIn(page);
  await page.goto("/admin");
  await hydrated(page);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Add an account" }).click();
  const row = page.getByRole("row", { name: new RegExp(name) });
  await expect(row).toContainText("active");

  const other = await browser.newContext({ javaScriptEnabled: false });
  const theirs = await other.newPage();
  await signIn(theirs, name, password);
  await expect(theirs.locator("h1")).toHaveText("Overview");
  expect((await theirs.request.get("/admin")).status()).toBe(403);

  await row.locator("summary").click();
  await row.getByRole("button", { name: "Disable" }).click();
  await expect(row).toContainText("disabled");
  await theirs.goto("/");
  await expect(theirs).toHaveURL(/\/login/);
  await other.close();

  await page.goto(`/admin/audit?action=user.`);
  await expect(page.getByRole("row", { name: new RegExp(`user.disable.*${name}`) })).toHaveCount(1);
  await page.goto("/admin/audit?verify=1");
  await expect(page.locator(".note.info")).toContainText("The log is whole");
});

test("one's own page shows where one is signed in", async ({ page, complaints }) => {
  await signIn(page);
  await page.goto("/account");
  await hydrated(page);
  await expect(page.getByRole("row", { name: /this one/ })).toHaveCount(1);
  await page.getByLabel("Present password").fill("not this one at all");
  await page.getByLabel("New password", { exact: true }).fill("another long phrase");
  await page.getByLabel("New password once more").fill("yet another phrase");
  if (hasScripts()) {
    await page.getByRole("button", { name: "Change the password" }).click();
    await expect(page.locator(".note.bad")).toContainText("the two new passwords differ");
    // The browser notes every answer of this kind.
    await complaints.expectOne(/422/);
  }
});

test("a hidden customer is gone from its list at once, and comes back", async ({ page }) => {
  await signIn(page);
  await page.goto("/records/customers");
  await hydrated(page);
  const href = (await page.locator('table a[href^="/customers/"]').first().getAttribute("href")) ?? "";
  const id = href.split("/")[2]?.split("?")[0] ?? "";
  await page.goto("/admin");
  await hydrated(page);
  await page.getByLabel("QBench ID").fill(id);
  await page.getByLabel("Reason").fill("asked to be forgotten");
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await expect(page.getByRole("row", { name: /asked to be forgotten/ })).toHaveCount(1);
  expect((await page.request.get(`/customers/${id}`)).status()).toBe(404);
  await page.getByRole("button", { name: "Show again" }).click();
  await expect(page.getByRole("row", { name: /asked to be forgotten/ })).toHaveCount(0);
  expect((await page.request.get(`/customers/${id}`)).status()).toBe(200);
});
