// `node generate.mjs FILE`: prints TypeScript types of the OpenAPI description in FILE.
import openapiTS, { astToString } from "openapi-typescript";
import { readFile } from "node:fs/promises";

const [file] = process.argv.slice(2);
if (!file) {
  console.error("Use: node generate.mjs FILE");
  process.exit(1);
}
const description = JSON.parse(await readFile(file, "utf8"));
for (const item of Object.values(description.paths))
  for (const operation of Object.values(item)) if (operation.responses) shorten(operation);
process.stdout.write(astToString(await openapiTS(description, { alphabetize: true })));

/**
 * Leaves of the answers what types are read for. Every refusal has the same shape, and a client reads its code: told
 * per status, they would make up most of the file, as headers and examples would of the rest.
 */
function shorten(operation) {
  const answers = Object.entries(operation.responses);
  const problem = answers.find(([status]) => Number(status) >= 400);
  operation.responses = Object.fromEntries(answers.filter(([status]) => Number(status) < 400));
  if (problem) operation.responses.default = problem[1];
  for (const answer of Object.values(operation.responses)) delete answer.headers;
  dropExamples(operation);
}

function dropExamples(value) {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    // Beside a type or a schema it is an example; below `properties` it would be a name.
    if (/^examples?$/.test(name) && ("type" in value || "schema" in value || "anyOf" in value))
      delete value[name];
    else dropExamples(member);
  }
}
