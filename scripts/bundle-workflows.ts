/**
 * `node scripts/bundle-workflows.ts --out FILE [--tracing]`: builds the workflow bundle ahead of the workers' start, with
 * what workers need of it that send traces.
 */
import { bundleWorkflowCode } from "@temporalio/worker";
import { rename, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { workflowBundleOptions } from "../workflow-bundle-options.ts";

const { values } = parseArgs({
  options: { out: { type: "string" }, tracing: { type: "boolean", default: false } },
});
if (!values.out) {
  console.error("Use: node scripts/bundle-workflows.ts --out FILE [--tracing]");
  process.exit(1);
}
const { code } = await bundleWorkflowCode(workflowBundleOptions({ tracing: values.tracing }));
// Two starts may build it at once.
const building = `${values.out}.${process.pid}.tmp`;
await writeFile(building, code);
await rename(building, values.out);
