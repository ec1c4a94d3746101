// Accounts: made, used and disabled through the pages, with and without scripts.
import { createHmac } from "node:crypto";
import { expect, hasScripts, hydrated, signIn, test } from "../fixtures.ts";

/** The code of RFC 6238 that an authenticator shows now, or so many steps later. */
function code(base32: string, steps = 0): string {
  const bits = [...base32.replace(/\s/g, "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}

test("an account is made, signs in, is disabled and cannot sign in any more", async ({ page, browser }) => {
  const name = `reader-${hasScripts() ? "js" : "plain"}`;
  const password = "a long pass phrase";
  await signIn(page);
  await page.goto("/admin");
  await hydrated(page);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Add an account" }).click();
  const row = page.getByRole("region", { name: "Accounts" }).getByRole("row", { name: new RegExp(name) });
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

test("holidays are added, several at once, and removed", async ({ page }) => {
  // Each run has days of its own: both change the same laboratory.
  const year = hasScripts() ? 2031 : 2032;
  await signIn(page);
  await page.goto("/admin");
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.locator("h1")).toHaveText("Settings");
  await hydrated(page);
  await page.getByLabel("Days to add, one a line").fill(`${year}-05-01 Labour Day\n${year}-12-25 Christmas`);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("row", { name: `${year}-12-25 Christmas` })).toHaveCount(1);
  for (const day of ["05-01", "12-25"]) await page.getByLabel(`Remove ${year}-${day}`).check();
  await page.getByRole("button", { name: "Remove the chosen" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`${year}-`) })).toHaveCount(0);
  await page.goto("/admin/audit?action=settings.");
  await expect(page.getByRole("row", { name: new RegExp(`settings.change.*${year}-05-01`) }).first()).toBeVisible();
});

test("a second factor is set up, wanted at sign-in, and removed", async ({ page, browser }) => {
  const name = `second-${hasScripts() ? "js" : "plain"}`;
  const password = "a long pass phrase";
  await signIn(page);
  await page.goto("/admin");
  await hydrated(page);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Add an account" }).click();
  await expect(page.getByRole("row", { name: new RegExp(name) }).first()).toContainText("active");

  const other = await browser.newContext({ javaScriptEnabled: hasScripts() });
  const theirs = await other.newPage();
  await signIn(theirs, name, password);
  await theirs.goto("/account");
  await hydrated(theirs);
  await theirs.getByLabel("Your password").fill(password);
  await theirs.getByRole("button", { name: "Set it up" }).click();
  await expect(theirs.getByRole("img", { name: "QR code" })).toBeVisible();
  await expect(theirs.locator(".codes li")).toHaveCount(10);
  const secret = await theirs.locator("[data-secret]").innerText();
  // The code of the step before counts too, and leaves the present one for signing in.
  await theirs.getByLabel("The code that the authenticator shows").fill(code(secret, -1));
  await theirs.getByRole("button", { name: "Turn it on" }).click();
  await expect(theirs.getByText("Recovery codes left: 10")).toBeVisible();
  await theirs.goto("/logout");

  await signIn(theirs, name, password);
  await expect(theirs).toHaveURL(/\/login\/code/);
  await theirs.getByLabel("Code").fill(code(secret));
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.locator("h1")).toHaveText("Overview");
  await theirs.goto("/account");
  await hydrated(theirs);
  await theirs.getByLabel("Your password").fill(password);
  await theirs.getByRole("button", { name: "Remove it" }).click();
  await expect(theirs.getByRole("button", { name: "Set it up" })).toBeVisible();

  await page.goto("/admin");
  await hydrated(page);
  const open = page.getByRole("region", { name: "Open sessions" }).getByRole("row", { name: new RegExp(name) });
  await expect(open).toHaveCount(1);
  await open.getByRole("button", { name: "End" }).click();
  await expect(open).toHaveCount(0);
  await theirs.goto("/");
  await expect(theirs).toHaveURL(/\/login/);
  await other.close();
});
