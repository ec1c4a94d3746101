// How the browser tests run. Nothing is started here: `cargo xtask e2e` starts the server, its
// database and the simulated laboratory, and passes on where they are:
//   BASE_URL, E2E_USER, E2E_PASSWORD, E2E_SIM_URL, PLAYWRIGHT_CHROMIUM, E2E_REPORT
import os from "node:os";
import { defineConfig, devices } from "@playwright/test";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const chrome = {
  ...devices["Desktop Chrome"],
  viewport: { width: 1440, height: 900 },
  launchOptions: { executablePath: process.env.PLAYWRIGHT_CHROMIUM || undefined, args: quiet },
};

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // A flaky test is a fault to find, not one to try again.
  retries: 0,
  workers: os.availableParallelism() > 4 ? 2 : 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: process.env.E2E_REPORT ? [["line"], ["json", { outputFile: process.env.E2E_REPORT }]] : [["line"]],
  use: {
    baseURL: process.env.BASE_URL ?? "http://127.0.0.1:3000",
    locale: "en-US",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "hydrated", use: chrome, testIgnore: "**/*.nojs.spec.ts" },
    { name: "no-js", use: { ...chrome, javaScriptEnabled: false }, testIgnore: "**/*.hydrate.spec.ts" },
  ],
});
