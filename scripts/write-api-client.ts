/**
 * `node scripts/write-api-client.ts [--check]`: the console's types of the API, from its committed description. With
 * `--check` nothing is written: it fails when the committed types are not those of the description.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensurePackages } from "./lib/node-runtime.mjs";
import { createProgress } from "./lib/progress.mjs";
import { run } from "./lib/run.mjs";

const root = path.dirname(import.meta.dirname);
const description = path.join(root, "docs", "openapi.json");
const target = path.join(root, "web", "lib", "api", "schema.ts");
const heading =
  "// Written by `node scripts/write-api-client.ts` from docs/openapi.json; changed there alone.\n";

const { values } = parseArgs({ options: { check: { type: "boolean" } } });
const tool = path.join(root, "tools", "apigen");
await ensurePackages({
  dir: tool,
  label: "the writer of API types",
  node: process.execPath,
  nodeDir: process.env["DRUMBEAT_NODE_DIR"] || path.dirname(path.dirname(process.execPath)),
  progress: createProgress({ stream: process.stdout }),
});
const types = await formatted(
  heading + (await outputOf([path.join(tool, "generate.mjs"), description])),
);
if (!values.check) await writeFile(target, types);
else if ((await readFile(target, "utf8")) !== types) {
  console.error(
    "web/lib/api/schema.ts is not what docs/openapi.json says. Write it anew: node scripts/write-api-client.ts",
  );
  process.exit(1);
}

async function outputOf(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run({
    command: process.execPath,
    args,
    cwd: root,
    env: process.env,
    timeoutMs: 120_000,
  });
  if (code === 0) return stdout;
  throw new Error(`node ${args.join(" ")} failed:\n${stderr}`);
}

/** As the formatter of this repository leaves it, so that it agrees with the committed file to the byte. */
async function formatted(text: string): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), "drumbeat-apigen-"));
  try {
    const file = path.join(dir, "schema.ts");
    await writeFile(file, text);
    await outputOf([path.join(root, "node_modules", "oxfmt", "bin", "oxfmt"), file]);
    return await readFile(file, "utf8");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
