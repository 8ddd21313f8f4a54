import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import { isProblemCode, problemCodes } from "#domain/problem-codes.ts";
import { describeApi } from "../../scripts/lib/describe-api.ts";
import { findBreakingChanges } from "../../scripts/lib/find-breaking-changes.ts";
import {
  operationsOf,
  type OpenApiDocument,
  type Operation,
} from "../../scripts/lib/openapi-document.ts";
import {
  formatDescription,
  readCopy,
  readPromise,
  unlistedOf,
} from "../../scripts/lib/openapi-promise.ts";
import { readOpenApi } from "../../scripts/lib/read-openapi.ts";
import { startApi } from "../harness/start-api.ts";

let served: unknown;
let document: OpenApiDocument;

beforeAll(async () => {
  const api = await startApi({ publicUrl: "https://elsewhere.example" });
  served = (await api.app.inject({ url: "/openapi.json" })).json();
  await api.close();
  document = readOpenApi(served);
});

describe("what clients were promised", () => {
  it("is kept: nothing of it goes, narrows or widens without a reason in docs/api-changes.json", async () => {
    const before = await readPromise();
    expect(before, "docs/openapi.json is missing: node scripts/write-openapi.ts").toBeDefined();
    const changes = findBreakingChanges(readOpenApi(before), document);
    expect(await unlistedOf(changes)).toEqual([]);
  });

  it("is what is served, on any machine", async () => {
    const copy = await readCopy();
    // Compared as text, because a page of differences helps nobody: the command rewrites it.
    const same = copy === formatDescription(served);
    expect(same, "docs/openapi.json is out of date: node scripts/write-openapi.ts").toBe(true);
    expect(formatDescription(await describeApi())).toBe(copy);
  });
});

const operations = () => [...operationsOf(document)];
const answersOf = (operation: Operation) =>
  Object.entries(operation.responses).map(([status, answer]) => ({
    status: Number(status),
    ...answer,
  }));

describe("the description", () => {
  it("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate(
      structuredClone(served) as Record<string, unknown>,
    );
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it("names every operation once, for generated clients", () => {
    const names = operations().map(([, operation]) => operation.operationId ?? "");
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z0-9]+$/);
  });

  it("has an example of every request and of every answer in JSON", () => {
    for (const [name, operation] of operations()) {
      for (const [type, media] of Object.entries(operation.requestBody?.content ?? {}))
        expect(media, `${name} takes ${type}`).toHaveProperty("example");
      for (const { status, content } of answersOf(operation)) {
        const json = content["application/json"];
        if (json) expect(json, `${name} ${status}`).toHaveProperty("example");
      }
    }
  });

  it("lists the codes of every problem, each with an example", () => {
    const known = new Set<string>();
    for (const [name, operation] of operations()) {
      for (const { status, content, "x-problem-codes": codes } of answersOf(operation)) {
        const problem = content["application/problem+json"];
        if (!problem) continue;
        expect(codes, `${name} ${status}`).not.toEqual([]);
        for (const code of codes) {
          known.add(code);
          expect(isProblemCode(code) && problemCodes[code].status, `${name} ${code}`).toBe(status);
          expect(problem["examples"], `${name} ${code}`).toMatchObject({
            [code]: { value: { code, status, type: `urn:drumbeat:problem:${code}` } },
          });
        }
      }
    }
    expect(known.size).toBeGreaterThan(50);
  });

  it("names the headers of every answer", () => {
    for (const [name, operation] of operations()) {
      const takesKey = operation.parameters.some((one) => one.name === "Idempotency-Key");
      for (const { status, headers } of answersOf(operation)) {
        const say = `${name} ${status}`;
        expect(headers, say).toHaveProperty("X-Request-Id");
        if (name.includes(" /v1/")) {
          expect(headers, say).toHaveProperty("RateLimit");
          expect(headers, say).toHaveProperty("RateLimit-Policy");
        }
        if (status === 401) expect(headers, say).toHaveProperty("WWW-Authenticate");
        if (status === 429) expect(headers, say).toHaveProperty("Retry-After");
        if (status === 201) expect(headers, say).toHaveProperty("Location");
        if (status < 300 && takesKey) expect(headers, say).toHaveProperty("Idempotent-Replayed");
      }
    }
  });

  it("takes an Idempotency-Key on what changes something for a known caller", () => {
    const taking = operations().filter(([, operation]) =>
      operation.parameters.some((one) => one.name === "Idempotency-Key"),
    );
    expect(taking.length).toBeGreaterThan(15);
    for (const [name, operation] of taking) {
      expect(name).toMatch(/^(POST|PATCH) /);
      expect(Object.keys(operation.responses), name).toEqual(
        expect.arrayContaining(["400", "409", "422"]),
      );
    }
  });

  it("says which scope a key needs", () => {
    const scoped = operations().flatMap(([, operation]) =>
      operation.security.flatMap((way) => way["apiKey"] ?? []),
    );
    expect(scoped).toEqual(expect.arrayContaining(["posts:publish", "assets:write"]));
    expect(scoped).not.toContain("posts:approve");
  });
});
