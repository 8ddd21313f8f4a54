/** `node scripts/bundle-workflows.ts --out FILE`: builds the workflow bundle ahead of the workers' start. */
import { bundleWorkflowCode } from "@temporalio/worker";
import { rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { out: { type: "string" } } });
if (!values.out) {
  console.error("Use: node scripts/bundle-workflows.ts --out FILE");
  process.exit(1);
}
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL("../workflows/index.ts", import.meta.url)),
  failureConverterPath: fileURLToPath(new URL("../db/vault/failure-converter.ts", import.meta.url)),
});
await writeFile(`${values.out}.tmp`, code);
await rename(`${values.out}.tmp`, values.out);
