// What stands in the way of nobody on priority orders: every tab, both themes, a phone in Spanish.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("the filter is in the address and survives a reload", async ({ page }) => {
  await page.goto("/priority");
  await hydrated(page);
  const late = page.locator('.counts a[data-tile="late"] .val');
  const before = await late.innerText();
  await page.locator(".filter .seg a", { hasText: "1 d" }).first().click();
  await expect(page).toHaveURL(/sla=24/);
  await expect(late).not.toHaveText(before);
  const after = await late.innerText();
  await page.locator(".tabs a").nth(1).click();
  await expect(page).toHaveURL(/sla=24&tab=risk/);
  await page.reload();
  await hydrated(page);
  await expect(late).toHaveText(after);
  await expect(page.locator('.tabs a[aria-current="page"]')).toContainText("At risk");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`priority orders are open to everybody, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const query of ["sla=24", "tab=ready", "tab=metrc"]) {
      await page.goto(`/priority?${query}`);
      await hydrated(page);
      const work = page.locator("tr.work details summary").first();
      if ((await work.count()) > 0) await work.click();
      await expectAccessible(page);
    }
  });
}

test("priority orders fit a phone in Spanish", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const query of ["sla=24", "tab=risk", "tab=ready", "tab=metrc"]) {
    await page.goto(`/priority?lang=es&${query}`);
    await hydrated(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), query).toBeLessThanOrEqual(390);
  }
});
