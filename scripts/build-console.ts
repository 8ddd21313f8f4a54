/** `node scripts/build-console.ts --out DIR`: builds the console, each file beside its compressed form. */
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs, promisify, stripVTControlCharacters } from "node:util";
import { gzip } from "node:zlib";
import { build } from "vite";

const { values } = parseArgs({ options: { out: { type: "string" } } });
if (!values.out) {
  console.error("Use: node scripts/build-console.ts --out DIR");
  process.exit(1);
}
const out = path.resolve(values.out);
// What whoever calls us develops with would otherwise decide which React is served.
process.env["NODE_ENV"] = "production";
// Built aside and renamed, so that a break leaves no half console; gone in any case, as the disk may be what was full.
const building = `${out}.${process.pid}.tmp`;
const former = `${out}.${process.pid}.old`;
try {
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
  await rename(out, former).catch(unless("ENOENT"));
  // Where another start was quicker, its console is as good as this one.
  await rename(building, out).catch(unless("ENOTEMPTY", "EEXIST"));
} catch (error) {
  // The bundler's stacks say nothing to whoever starts the product, and push the reason out of sight.
  const said = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  console.error(said.split(/\n\s*(?:Stack backtrace:|at )/)[0]?.trim());
  process.exitCode = 1;
} finally {
  for (const dir of [building, former]) await rm(dir, { recursive: true, force: true });
}

function unless(...codes: string[]): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (!codes.includes(error.code ?? "")) throw error;
  };
}
