// What stands in the way of nobody on customers and mix: both themes, and a phone in Spanish.
import { expect, expectAccessible, hydrated, signIn, test } from "../fixtures.ts";

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test("g and a letter lead to a page that there is, and nowhere else", async ({ page }) => {
  await page.goto("/?range=7d");
  await hydrated(page);
  await page.keyboard.press("g");
  await page.keyboard.press("z");
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await expect(page).toHaveURL(/\/mix\?range=7d$/);
});

for (const path of ["/customers", "/mix"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${path} is open to everybody, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(path);
      await hydrated(page);
      await expectAccessible(page);
    });
  }

  test(`${path} fits a phone in Spanish`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${path}?lang=es`);
    await hydrated(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
}
