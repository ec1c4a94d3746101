// What every browser test shares: a page that fails the test when the browser complains, and the
// way in. Specs import `test` and `expect` from here, not from Playwright.
//
//   name.spec.ts          runs with and without scripts
//   name.hydrate.spec.ts  only with scripts
//   name.nojs.spec.ts     only without
import { AxeBuilder } from "@axe-core/playwright";
import { expect, request, test as base, type Page } from "@playwright/test";

/** What the running demo told about itself. */
export const demo = {
  user: process.env.E2E_USER ?? "admin",
  password: process.env.E2E_PASSWORD ?? "",
  simulator: process.env.E2E_SIM_URL ?? "",
};

/** Complaints of the browser about a page; a test may take away those that it provokes itself. */
export type Complaints = { all: string[]; expectOne(pattern: RegExp): Promise<void> };

type Shared = { complaints: Complaints };

export const test = base.extend<Shared>({
  // `auto`: a test need not ask for it to be guarded by it.
  complaints: [
    async ({ page, baseURL }, use) => {
      const all: string[] = [];
      watch(page, new URL(baseURL ?? "http://127.0.0.1:3000"), all);
      await use({
        all,
        async expectOne(pattern) {
          await expect.poll(() => all.findIndex((text) => pattern.test(text))).toBeGreaterThanOrEqual(0);
          all.splice(
            all.findIndex((text) => pattern.test(text)),
            1,
          );
        },
      });
      expect(all, "the browser complained").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Notes console errors and warnings, exceptions, failed and off-site requests. */
function watch(page: Page, home: URL, complaints: string[]) {
  page.on("console", (message) => {
    // With scripts turned off nothing uses what the head preloads for them.
    const preload = !hasScripts() && message.text().includes("was preloaded using link preload but not used");
    if ((message.type() === "error" || message.type() === "warning") && !preload) {
      complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // A navigation or a closed page gives up what is still under way; that is no fault.
    // With scripts turned off Chromium refuses the module that the head preloads, and says "csp".
    const refused = !hasScripts() && why === "csp";
    if (!why.includes("ERR_ABORTED") && !refused) complaints.push(`failed request: ${request.url()} ${why}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.host !== home.host) {
      complaints.push(`off-site request: ${request.url()}`);
    }
  });
}

/** Signs in through the form, which works with and without scripts. Nothing is left of what other tests looked at. */
export async function signIn(page: Page, user = ownName(), password = demo.password) {
  if (user === ownName()) await makeOwn();
  await page.goto("/login");
  await page.locator('input[name="username"]').fill(user);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('form[method="post"] [type="submit"]').first().click();
  await page.waitForURL((url) => url.pathname !== "/login");
  await page.request.post("/api/views/filter", { form: { filter: "range=30d" } });
}

/** The account of this worker: what is remembered of an account must not reach the tests of another worker. */
function ownName() {
  const worker = test.info().parallelIndex;
  return worker === 0 ? demo.user : `${demo.user}-${worker}`;
}

let made = false;

/** Makes that account. One that is there already is left as it is. */
async function makeOwn() {
  if (made || ownName() === demo.user) return;
  made = true;
  const admin = await request.newContext({ baseURL: test.info().project.use.baseURL });
  await admin.post("/login", { form: { username: demo.user, password: demo.password } });
  await admin.post("/api/admin/create-user", { form: { name: ownName(), password: demo.password, role: "admin" } });
  await admin.dispose();
}

/** Whether this run of the test has scripts. */
export function hasScripts() {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** Waits until the page answers to clicks. Without scripts there is nothing to wait for. */
export async function hydrated(page: Page) {
  if (hasScripts()) await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

/** Fails on violations of accessibility rules that are serious or worse. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join("; ")})`);
  expect(serious).toEqual([]);
}
