import { findSchemaGaps, type Gap } from "./find-schema-gaps.ts";
import { lookupIn } from "./flatten-schema.ts";
import { operationsOf, type OpenApiDocument, type Operation } from "./openapi-document.ts";

/** What a client that was written by `before` may stumble over in `after`: one sentence each, stable, sorted. */
export function findBreakingChanges(before: OpenApiDocument, after: OpenApiDocument): string[] {
  const now = operationsOf(after);
  const changes = [...operationsOf(before)].flatMap(([name, operation]) => {
    const other = now.get(name);
    if (!other) return [`${name} is gone`];
    return changesOf({ before, after }, { before: operation, after: other }).map(
      (change) => `${name}: ${change}`,
    );
  });
  return [...new Set(changes)].toSorted();
}

interface Pair<T> {
  before: T;
  after: T;
}

function changesOf(documents: Pair<OpenApiDocument>, operations: Pair<Operation>): string[] {
  const lookups = { before: lookupIn(documents.before), after: lookupIn(documents.after) };
  /** What clients sent must still be taken. */
  const taken = (where: string, schema: Pair<unknown>) =>
    findSchemaGaps({
      from: { schema: schema.before, lookup: lookups.before },
      to: { schema: schema.after, lookup: lookups.after },
      as: "request",
    }).map((gap) => `${at(where, gap)}, which is not taken any more`);
  /** What is answered now must be what clients were told. */
  const answered = (where: string, schema: Pair<unknown>) =>
    findSchemaGaps({
      from: { schema: schema.after, lookup: lookups.after },
      to: { schema: schema.before, lookup: lookups.before },
      as: "answer",
    }).map((gap) => `${at(where, gap)}, which clients do not expect`);
  return [
    ...changesOfName(operations),
    ...changesOfSecurity(operations),
    ...changesOfParameters(operations, taken),
    ...changesOfBody(operations, taken),
    ...changesOfAnswers(operations, answered),
  ];
}

type Compare = (where: string, schema: Pair<unknown>) => string[];

function at(where: string, gap: Gap): string {
  return `${where}${gap.pointer === "" ? "" : ` ${gap.pointer}`} ${gap.what}`;
}

/** Generated clients name their functions by it. */
function changesOfName({ before, after }: Pair<Operation>): string[] {
  if (before.operationId === undefined || before.operationId === after.operationId) return [];
  return [`its operationId is no longer ${before.operationId}`];
}

/** Whoever had a way in must still have it: the same schemes, and no scope more. */
function changesOfSecurity({ before, after }: Pair<Operation>): string[] {
  if (after.security.length === 0) return [];
  const ways = before.security.length === 0 ? [{}] : before.security;
  return ways
    .filter(
      (way) =>
        !after.security.some((other) =>
          Object.entries(other).every(([scheme, scopes]) =>
            scopes.every((scope) => way[scheme]?.includes(scope)) ? scheme in way : false,
          ),
        ),
    )
    .map((way) => {
      const said = Object.entries(way).map(([scheme, scopes]) => [scheme, ...scopes].join(" "));
      return `${said.join(" and ") || "nobody's name"} does not suffice any more`;
    });
}

function changesOfParameters({ before, after }: Pair<Operation>, taken: Compare): string[] {
  const nameOf = (one: { in: string; name: string }) => `${one.in} ${one.name}`;
  const known = new Map(before.parameters.map((one) => [nameOf(one), one]));
  const now = new Map(after.parameters.map((one) => [nameOf(one), one]));
  const gone = [...known.keys()].filter((name) => !now.has(name));
  const needed = [...now].filter(([name, one]) => one.required && !known.get(name)?.required);
  const others = [...known].flatMap(([name, one]) => {
    const other = now.get(name);
    return other ? taken(name, { before: one.schema ?? true, after: other.schema ?? true }) : [];
  });
  return [
    ...gone.map((name) => `${name} is taken no more`),
    ...needed.map(([name]) => `${name} is needed now`),
    ...others,
  ];
}

function changesOfBody({ before, after }: Pair<Operation>, taken: Compare): string[] {
  const body = before.requestBody;
  const other = after.requestBody;
  if (!body) return other?.required ? ["a body is needed now"] : [];
  if (!other) return ["the body is taken no more"];
  const needed = other.required && !body.required ? ["a body is needed now"] : [];
  const types = Object.entries(body.content).flatMap(([type, content]) => {
    const same = other.content[type];
    if (!same) return [`a body of ${type} is taken no more`];
    return taken("body", { before: content.schema ?? true, after: same.schema ?? true });
  });
  return [...needed, ...types];
}

function changesOfAnswers({ before, after }: Pair<Operation>, answered: Compare): string[] {
  const changes = Object.keys(after.responses)
    .filter((status) => isSuccess(status) && !(status in before.responses))
    .map((status) => `answer ${status} is new, which clients do not expect`);
  for (const [status, response] of Object.entries(before.responses)) {
    const where = `answer ${status}`;
    const other = after.responses[status];
    if (!other) {
      changes.push(`${where} is gone`);
      continue;
    }
    for (const name of Object.keys(response.headers))
      if (!(name in other.headers)) changes.push(`${where} has no header ${name} any more`);
    for (const [type, content] of Object.entries(response.content)) {
      const same = other.content[type];
      if (!same) changes.push(`${where} is no longer ${type}`);
      else
        changes.push(
          ...answered(where, { before: content.schema ?? true, after: same.schema ?? true }),
        );
    }
  }
  return changes;
}

/** A new problem is a problem like the others; a new kind of success is read by nobody. */
function isSuccess(status: string): boolean {
  return /^[23]/.test(status);
}
