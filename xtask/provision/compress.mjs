// Writes FILE.br and FILE.gz beside each FILE given, with the time of FILE.
import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

await Promise.all(
  process.argv.slice(2).map(async (file) => {
    const [bytes, { mtime }] = [await readFile(file), await stat(file)];
    const twins = {
      br: await brotli(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }),
      gz: await zip(bytes, { level: 9 }),
    };
    for (const [ending, packed] of Object.entries(twins)) {
      await writeFile(`${file}.${ending}`, packed);
      await utimes(`${file}.${ending}`, mtime, mtime);
    }
    console.log(`${file}: ${bytes.length} bytes, ${twins.br.length} brotli, ${twins.gz.length} gzip`);
  }),
);
