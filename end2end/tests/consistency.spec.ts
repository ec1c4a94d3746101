// Every number that is a link counts what its list holds: on every page, under filters that are drawn at random. The
// seed stands in the name of the test, so that a failure can be repeated.
import { expect, hydrated, signIn, test } from "../fixtures.ts";

const PAGES = ["/", "/priority", "/turnaround", "/operations", "/quality", "/customers", "/mix"];
const MOST = 30; // lists opened for a page
const seed = Number(process.env.E2E_SEED ?? 20261124);

/** Numbers from 0 to 1 that follow from a seed. */
function chance(from: number) {
  let state = from;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Link = { href: string; text: string };

for (const [at, path] of PAGES.entries()) {
  test(`numbers on ${path} count what their lists hold, seed ${seed}`, async ({ page }) => {
    const draw = chance(seed + at);
    const one = (of: string[]) => of[Math.floor(draw() * of.length)] ?? "";
    await signIn(page);
    await page.goto("/?range=90d");
    const choices = async (name: string) =>
      page.locator(`select[name="${name}"] option`).evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    const query = new URLSearchParams({ range: one(["7d", "30d", "90d", "qtd"]), sla: one(["24", "48", "120"]) });
    const field = one(["customer", "matrix", "label", "type", ""]);
    const value = field && one(await choices(field));
    if (field && value) query.set(field, value);

    await page.goto(`${path}?${query}`);
    await hydrated(page);
    const links: Link[] = await page.locator('main a[href^="/records/"]').evaluateAll((found) =>
      found.map((link) => ({
        href: link.getAttribute("href") ?? "",
        text: (link.closest(".tile")?.querySelector(".val") ?? link.querySelector(".val") ?? link).textContent?.trim() ?? "",
      })),
    );
    const drawn: Link[] = await page.locator("bench-chart").evaluateAll((charts) =>
      charts.flatMap((chart) => {
        const { series, benchwatch } = JSON.parse((chart as HTMLElement).dataset.option ?? "{}");
        return Object.entries(benchwatch?.links?.series ?? {}).flatMap(([at, hrefs]) =>
          (hrefs as string[]).map((href, bucket) => {
            const point = series[Number(at)].data[bucket];
            return { href, text: String(point?.value ?? point ?? "") };
          }),
        );
      }),
    );
    // Durations and shares count nothing; the lists behind them are checked with the counts beside them.
    const counts = [...links, ...drawn].filter(({ text }) => /^[1-9][\d,]*$/.test(text));
    // A customer drawn at random may have sent nothing in the range.
    if (field !== "customer") expect(counts.length, `${path}?${query}`).toBeGreaterThan(0);
    for (let left = Math.min(MOST, counts.length); left > 0; left -= 1) {
      const [link] = counts.splice(Math.floor(draw() * counts.length), 1);
      if (!link) break;
      const answer = await page.request.get(link.href);
      expect(answer.status(), link.href).toBe(200);
      const total = /class="pager"[^>]*>\s*<span class="grow">[^<]* of ([\d,]+)/.exec(await answer.text())?.[1];
      expect(total?.replaceAll(",", ""), `${path}?${query} → ${link.href}`).toBe(link.text.replaceAll(",", ""));
    }
  });
}

test("a query that cannot be used is answered with 422 and says what is wrong", async ({ page, complaints }) => {
  await signIn(page);
  for (const path of [...PAGES, "/records/orders"]) {
    const answer = await page.goto(`${path}?from=2026-02-30&to=2026-03-01`);
    expect(answer?.status(), path).toBe(422);
    await expect(page.locator("main"), path).toContainText("from");
    await complaints.expectOne(/422/);
  }
});
