import { expect } from "vitest";
import type { RecordedRequest } from "./record-requests.ts";

/** What a request of one kind may hold, and must. Nothing else may leave. */
export interface RequestRule {
  method: "GET" | "POST" | "PUT";
  /** The whole address without its query. */
  url: string | RegExp;
  /**
   * Fields of the body that may be there, written as `input.prompt` and `contents[].parts[].text`; `tools[].*` takes all
   * below; `seed?` is not always there. Files of a form are named by their field.
   */
  fields?: readonly string[];
  /** Names in the query that may be there. */
  query?: readonly string[];
  /** What switches the provider's own storage off: it must be there, with this value. */
  privacy?: PrivacySwitch;
}

export interface PrivacySwitch {
  in: "body" | "query" | "header";
  name: string;
  value: unknown;
}

/** Of libraries and HTTP itself; the names of those that carry the key are a provider's own. */
const harmlessHeaders = ["content-type", "user-agent", "accept", "idempotency-key", "prefer"];

/** The user agent names the libraries and the runtime, which say nothing of who asks. */
const userAgent = /^(?:ai|ai-sdk|runtime|Drumbeat)[\w./ -]*$/u;

export interface CheckRequest {
  request: RecordedRequest;
  rules: readonly RequestRule[];
  /** Headers besides those of libraries. */
  headers: readonly string[];
}

/** Fails unless a request fits exactly one of the rules, and holds what it says and nothing more. */
export function checkRequest({ request, rules, headers }: CheckRequest): void {
  const url = new URL(request.url);
  const place = `${url.origin}${url.pathname}`;
  const fitting = rules.filter((rule) => fits(request, rule));
  const rule = fitting[0];
  if (fitting.length !== 1 || rule === undefined)
    return expect.fail(`${fitting.length} rules for ${request.method} ${place}`);

  const allowed = (name: string) =>
    (rule.fields ?? []).some((one) =>
      one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one.replace("?", "") === name,
    );
  expect(
    fieldNames(request.body).filter((name) => !allowed(name)),
    `fields of ${place} that are on no list`,
  ).toEqual([]);
  const query = [...url.searchParams.keys()];
  expect(
    query.filter((name) => !(rule.query ?? []).includes(name)),
    `query of ${place}`,
  ).toEqual([]);
  const known = [...harmlessHeaders, ...headers, ...(rule.privacy ? [rule.privacy.name] : [])];
  expect(
    Object.keys(request.headers).filter((name) => !known.includes(name)),
    `headers of ${place}`,
  ).toEqual([]);
  const agent = request.headers["user-agent"];
  if (agent !== undefined) expect(agent).toMatch(userAgent);
  if (rule.privacy !== undefined)
    expect(switchOf(request, rule.privacy), `privacy switch of ${place}`).toEqual(
      rule.privacy.value,
    );
}

/** The same request with what switches storage off taken out of it, where a rule asks for such a switch. */
export function withoutPrivacy(
  request: RecordedRequest,
  rules: readonly RequestRule[],
): RecordedRequest | undefined {
  const found = rules.find((rule) => rule.privacy !== undefined && fits(request, rule));
  if (found?.privacy === undefined) return undefined;
  const { name } = found.privacy;
  const url = new URL(request.url);
  url.searchParams.delete(name);
  const less = (fields: object) =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
  return {
    ...request,
    url: url.href,
    headers: less(request.headers) as Record<string, string>,
    body: less(request.body),
  };
}

/** Rules that no request fits, and fields on their lists that none holds: what is there for nothing. */
export function unusedIn({
  rules,
  requests,
}: {
  rules: readonly RequestRule[];
  requests: readonly RecordedRequest[];
}): string[] {
  return rules.flatMap((rule) => {
    const fitting = requests.filter((request) => fits(request, rule));
    const seen = new Set(
      fitting.flatMap(({ body, url }) => [
        ...fieldNames(body),
        ...[...new URL(url).searchParams.keys()].map((name) => `?${name}`),
      ]),
    );
    const listed = [...(rule.fields ?? []), ...(rule.query ?? []).map((name) => `?${name}`)];
    const unused = listed.filter((name) => !/[?*]$/u.test(name) && !seen.has(name));
    const place = `${rule.method} ${String(rule.url)}`;
    return fitting.length === 0 ? [place] : unused.map((name) => `${place}: ${name}`);
  });
}

function fits(request: RecordedRequest, rule: RequestRule): boolean {
  const url = new URL(request.url);
  const place = `${url.origin}${url.pathname}`;
  return (
    rule.method === request.method &&
    (typeof rule.url === "string" ? rule.url === place : rule.url.test(place))
  );
}

function switchOf(request: RecordedRequest, { in: place, name }: PrivacySwitch): unknown {
  if (place === "body") return request.body[name];
  if (place === "header") return request.headers[name];
  return new URL(request.url).searchParams.get(name) ?? undefined;
}

/** `{a: {b: 1}, c: [{d: 2}]}` → `a.b`, `c[].d`; a file of a form counts as one field. */
function fieldNames(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) {
    const inside = value.flatMap((one: unknown) => fieldNames(one, `${at}[]`));
    return inside.length === 0 ? [at] : inside;
  }
  if (typeof value !== "object" || value === null || isFile(value)) return [at];
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .flatMap(([name, inner]) => fieldNames(inner, at === "" ? name : `${at}.${name}`));
}

function isFile(value: object): boolean {
  return Object.keys(value).join() === "type,size,name";
}
