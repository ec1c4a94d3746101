// The browser's program comes in parts, and pages go on without it.
import type { Page } from "@playwright/test";
import { expect, hydrated, signIn, test } from "../fixtures.ts";

/** Goes to the page about quality from the navigation. */
async function openQuality(page: Page) {
  await page.locator("nav.rail").getByRole("link", { name: "Quality" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Quality" })).toBeVisible();
}

test("a page fetches its own part of the program, another one when its page is opened", async ({ page }) => {
  await signIn(page);
  const parts = new Set<string>();
  page.on("request", (request) => {
    const part = /\/pkg\/split_([a-z]+)_/.exec(request.url())?.[1];
    if (part) parts.add(part);
  });
  await page.goto("/");
  await hydrated(page);
  expect([...parts]).toEqual(["everyday"]);
  await openQuality(page);
  expect([...parts]).toEqual(["everyday", "analysis"]);
});

test("once the server serves another program, links are the browser's", async ({ page }) => {
  await signIn(page);
  await page.route("**/api/live", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: "event: program\ndata: another\n\n" }),
  );
  await page.goto("/");
  await hydrated(page);
  await expect(page.locator("html[data-plain]")).toHaveCount(1);
  await page.evaluate(() => Object.assign(window, { here: true }));
  await openQuality(page);
  expect(await page.evaluate(() => "here" in window), "the document is another one").toBe(false);
});

test("a part that does not come is no dead end", async ({ page, complaints }) => {
  await signIn(page);
  await page.goto("/");
  await hydrated(page);
  await page.route("**/pkg/split_analysis_*", (route) => route.abort());
  const quality = page.locator("nav.rail").getByRole("link", { name: "Quality" });
  await quality.click();
  await expect(page.locator("html[data-plain]")).toHaveCount(1);
  await page.unroute("**/pkg/split_analysis_*");
  await openQuality(page);
  complaints.all.length = 0;
});
