/**
 * `node scripts/write-openapi.ts [--reason WHY]`: writes docs/openapi.json, the description of the API that clients rely
 * on. Refuses a change that would break them unless docs/api-changes.json lists it; with a reason it lists it there.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { describeApi } from "./lib/describe-api.ts";
import { findBreakingChanges } from "./lib/find-breaking-changes.ts";
import {
  formatDescription,
  listChanges,
  promiseFile,
  readPromise,
  unlistedOf,
} from "./lib/openapi-promise.ts";
import { readOpenApi } from "./lib/read-openapi.ts";

const { values } = parseArgs({ options: { reason: { type: "string" } } });
const now = await describeApi();
const before = await readPromise();
const changes =
  before === undefined ? [] : findBreakingChanges(readOpenApi(before), readOpenApi(now));
const unlisted = await unlistedOf(changes);
if (values.reason !== undefined) await listChanges(unlisted, values.reason);
if (unlisted.length > 0 && values.reason === undefined) {
  console.error(
    `This would break clients:\n${unlisted.map((change) => `  ${change}`).join("\n")}\nKeep what they rely on, or say why with --reason: docs/api-changes.json then lists it.`,
  );
  process.exitCode = 1;
} else {
  await writeFile(promiseFile, formatDescription(now));
  console.log("docs/openapi.json says what the API does now.");
}
