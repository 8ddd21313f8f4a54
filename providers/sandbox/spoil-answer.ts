import { isJSONObject, type JSONSchema7, type JSONValue } from "@ai-sdk/provider";
import type { SeededRandom } from "./seeded-random.ts";

export const faults = ["prose", "cut", "missing", "type"] as const;

export type Fault = (typeof faults)[number];

/** A structured answer as models get it wrong: talk around it, cut off, a field missing, a field of the wrong type. */
export function spoilAnswer({
  answer,
  schema,
  fault,
  random,
}: {
  answer: JSONValue;
  schema: JSONSchema7;
  /** Any other word lets the seed choose. */
  fault: string | undefined;
  random: SeededRandom;
}): string {
  const chosen = faults.find((known) => known === fault) ?? random.pick(faults);
  const json = JSON.stringify(answer);
  const required = schema.required?.[0];
  if (chosen === "prose" || !isJSONObject(answer) || required === undefined)
    return `Sure! Here is what I came up with: ${json}`;
  if (chosen === "cut") return json.slice(0, Math.max(1, Math.floor(json.length / 2)));
  const { [required]: spoilt, ...others } = answer;
  if (chosen === "missing") return JSON.stringify(others);
  return JSON.stringify({ ...others, [required]: typeof spoilt === "number" ? "many" : 42 });
}
