import { randomUUID } from "node:crypto";
import type { Statement } from "./record-statements.ts";

/** Statements whose fresh ids are drawn anew each time they are run. */
export interface StatementTemplate {
  statements: Statement[];
  /** Ids that were new in the recording, wherever they stand. */
  fresh: string[];
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/**
 * What two recordings of the same request have in common: an id that is in one alone was made by it. Played again it
 * does what the request did to the database, to rows of its own. (The query builder writes values into the text.)
 * Throws where the two took different ways.
 */
export function templateOf(one: Statement[], other: Statement[]): StatementTemplate {
  if (one.length !== other.length) throw new Error("the same request sent other statements");
  for (const [index, { text }] of one.entries())
    if (shapeOf(text) !== shapeOf(other[index]?.text ?? ""))
      throw new Error(`the same request sent another statement: ${text}`);
  const known = idsOf(other);
  return { statements: one, fresh: [...idsOf(one)].filter((id) => !known.has(id)) };
}

/** The statements of one more run. */
export function play({ statements, fresh }: StatementTemplate): Statement[] {
  if (fresh.length === 0) return statements;
  const drawn = new Map(fresh.map((id) => [id, randomUUID()]));
  const renew = (text: string) => text.replaceAll(uuid, (id) => drawn.get(id) ?? id);
  return statements.map(({ text, values }) => ({
    text: renew(text),
    values: values.map((value) => (typeof value === "string" ? renew(value) : value)),
  }));
}

function shapeOf(text: string): string {
  return text.replaceAll(uuid, "?").replaceAll(instant, "?");
}

function idsOf(statements: Statement[]): Set<string> {
  const texts = statements.flatMap(({ text, values }) => [
    text,
    ...values.filter((value) => typeof value === "string"),
  ]);
  return new Set(texts.flatMap((text) => text.match(uuid) ?? []));
}
