// Bundles src/entry.js into one ES module.
// Usage: node build.mjs [--outfile=PATH] [--sourcemap]   (default outfile: dist/charts.js)
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { readFile, stat } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";
import path from "node:path";

const here = path.dirname(fileURLToPath(import.meta.url));
const given = process.argv.find((arg) => arg.startsWith("--outfile="))?.slice("--outfile=".length);
const outfile = path.resolve(given ?? path.join(here, "dist", "charts.js"));

// ECharts carries its Chinese texts in every build; nothing here shows a text of ECharts.
const oneLocale = {
  name: "one-locale",
  setup(esbuild) {
    esbuild.onLoad({ filter: /echarts[\\/]lib[\\/]i18n[\\/]langZH\.js$/ }, (args) => ({
      contents: 'export { default } from "./langEN.js";',
      resolveDir: path.dirname(args.path),
    }));
  },
};

await build({
  entryPoints: [path.join(here, "src", "entry.js")],
  outfile,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "linked",
  sourcemap: process.argv.includes("--sourcemap"),
  plugins: [oneLocale],
  logLevel: "warning",
});

const raw = (await stat(outfile)).size;
const small = brotliCompressSync(await readFile(outfile), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw },
}).length;
console.log(`${path.relative(process.cwd(), outfile)}: ${raw} bytes, ${small} with brotli`);
