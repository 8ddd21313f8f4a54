/** `node scripts/build-console.ts --out DIR`: builds the console, each file beside its compressed form. */
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "vite";

const { values } = parseArgs({ options: { out: { type: "string" } } });
if (!values.out) {
  console.error("Use: node scripts/build-console.ts --out DIR");
  process.exit(1);
}
const out = path.resolve(values.out);
// Built aside and renamed, so that a break leaves no half console.
const building = `${out}.${process.pid}.tmp`;
await rm(building, { recursive: true, force: true });
await build({
  configFile: path.join(import.meta.dirname, "..", "web", "vite.config.ts"),
  mode: "production",
  logLevel: "warn",
  build: { outDir: building },
});
for (const entry of await readdir(building, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
  const file = path.join(entry.parentPath, entry.name);
  await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file), { level: 9 }));
}
await rm(out, { recursive: true, force: true });
await rename(building, out);
