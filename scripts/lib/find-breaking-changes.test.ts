import { describe, expect, it } from "vitest";
import { findBreakingChanges } from "./find-breaking-changes.ts";
import { OpenApiDocument } from "./openapi-document.ts";

const text = { type: "string" };
const object = (properties: object, required: string[] = [], more: object = {}) => ({
  type: "object",
  properties,
  required,
  ...more,
});

/** A description of the one operation `POST /x`, with these parts. */
function described(operation: object, schemas: object = {}): OpenApiDocument {
  return OpenApiDocument.parse({
    paths: { "/x": { post: { responses: { 200: {} }, ...operation } } },
    components: { schemas },
  });
}

const taking = (schema: object, more: object = {}) => ({
  requestBody: { required: true, content: { "application/json": { schema } }, ...more },
});
const answering = (schema: object) => ({
  responses: { 200: { content: { "application/json": { schema } } } },
});

/** What breaks from one to the other, without the operation's name. */
function changes(before: object, after: object, schemas: [object, object] = [{}, {}]): string[] {
  const found = findBreakingChanges(described(before, schemas[0]), described(after, schemas[1]));
  return found.map((one) => one.replace("POST /x: ", ""));
}

describe("an operation", () => {
  it("breaks when it goes", () => {
    const none = OpenApiDocument.parse({ paths: {} });
    expect(findBreakingChanges(described({}), none)).toEqual(["POST /x is gone"]);
    expect(findBreakingChanges(none, described({}))).toEqual([]);
  });

  it("breaks when generated clients would call it something else", () => {
    expect(changes({ operationId: "a" }, { operationId: "b" })).toEqual([
      "its operationId is no longer a",
    ]);
    expect(changes({}, { operationId: "b" })).toEqual([]);
  });

  it("breaks when a way in is shut or asks for more, not when another opens", () => {
    const key = { security: [{ key: ["a"] }] };
    const both = { security: [{ key: ["a"] }, { session: [] }] };
    expect(changes(both, key)).toEqual(["session does not suffice any more"]);
    expect(changes(key, both)).toEqual([]);
    expect(changes(key, { security: [{ key: ["a", "b"] }] })).toEqual([
      "key a does not suffice any more",
    ]);
    expect(changes({ security: [{ key: ["a", "b"] }] }, key)).toEqual([]);
    expect(changes({}, key)).toEqual(["nobody's name does not suffice any more"]);
    expect(changes(key, {})).toEqual([]);
  });
});

describe("parameters", () => {
  const parameter = (more: object) => ({
    parameters: [{ name: "q", in: "query", schema: text, ...more }],
  });

  it("break when one goes, comes as needed, becomes needed or takes less", () => {
    expect(changes(parameter({}), {})).toEqual(["query q is taken no more"]);
    expect(changes({}, parameter({ required: true }))).toEqual(["query q is needed now"]);
    expect(changes(parameter({}), parameter({ required: true }))).toEqual([
      "query q is needed now",
    ]);
    expect(changes(parameter({}), parameter({ schema: { type: "string", enum: ["a"] } }))).toEqual([
      'query q may be other than "a", which is not taken any more',
    ]);
    expect(changes({}, parameter({}))).toEqual([]);
    expect(changes(parameter({ required: true }), parameter({}))).toEqual([]);
  });
});

describe("a request's body", () => {
  const broken = (what: string) => [`body ${what}, which is not taken any more`];

  it.each<[string, object, object, string[]]>([
    ["lacks a needed member", object({}), object({ a: text }, ["a"]), ['may lack "a"']],
    ["loses a member", object({ a: text }), object({}), ["/a may be there"]],
    [
      "loses a member of a closed object",
      object({ a: text }, [], { additionalProperties: false }),
      object({}, [], { additionalProperties: false }),
      ["/a may be there"],
    ],
    [
      "is closed",
      object({ a: text }),
      object({ a: text }, [], { additionalProperties: false }),
      ["may have further members"],
    ],
    ["changes type", text, { type: "integer" }, ["may be of type string"]],
    [
      "takes no number but whole ones",
      { type: "number" },
      { type: "integer" },
      ["may be of type number"],
    ],
    ["loses a word", { enum: ["a", "b"] }, { enum: ["a"] }, ['may be "b"']],
    ["becomes words", text, { type: "string", enum: ["a"] }, ['may be other than "a"']],
    ["takes null no more", { type: ["string", "null"] }, text, ["may be null"]],
    ["takes a form no more", { anyOf: [text, { type: "null" }] }, text, ["may be null"]],
    [
      "is shorter",
      { type: "string", maxLength: 9 },
      { type: "string", maxLength: 8 },
      ["maxLength 8 is not kept: 9"],
    ],
    ["is bounded", { type: "array" }, { type: "array", minItems: 1 }, ["minItems 1 is not kept"]],
    ["gets a pattern", text, { type: "string", pattern: "^a$" }, ['pattern "^a$" is not kept']],
    ["gets a format", text, { type: "string", format: "uuid" }, ['format "uuid" is not kept']],
    [
      "means something else when left out",
      { type: "string", default: "a" },
      { type: "string", default: "b" },
      ['may be left out and mean "a"'],
    ],
  ])("breaks when it %s", (_what, before, after, expected) => {
    expect(changes(taking(before), taking(after))).toEqual(expected.flatMap(broken));
  });

  it.each<[string, object, object]>([
    ["may have a new member", object({}), object({ a: text })],
    ["needs less", object({ a: text }, ["a"]), object({ a: text })],
    ["takes a new word", { enum: ["a"] }, { enum: ["a", "b"] }],
    [
      "spells words in another way",
      { enum: ["a", "b"] },
      { anyOf: [{ const: "b" }, { const: "a" }] },
    ],
    ["takes null too", text, { type: ["string", "null"] }],
    ["takes fractions too", { type: "integer" }, { type: "number" }],
    ["is longer", { type: "string", maxLength: 8 }, { type: "string", maxLength: 9 }],
    ["says more", text, { type: "string", description: "A name", examples: ["b"] }],
  ])("does not break when it %s", (_what, before, after) => {
    expect(changes(taking(before), taking(after))).toEqual([]);
  });

  it("breaks within lists, maps, forms and references, at their place", () => {
    const deep = (leaf: object) =>
      object({
        list: {
          type: "array",
          items: object({ map: { type: "object", additionalProperties: leaf } }),
        },
      });
    expect(changes(taking(deep(text)), taking(deep({ type: "integer" })))).toEqual(
      broken("/list/[]/map/{} may be of type string"),
    );
    const reference = { $ref: "#/components/schemas/A" };
    const schemas = (leaf: object) => ({
      A: object({ b: { $ref: "#/components/schemas/B" } }),
      B: leaf,
    });
    expect(
      changes(taking(reference), taking(reference), [
        schemas(text),
        schemas({ type: "string", maxLength: 3 }),
      ]),
    ).toEqual(broken("/b maxLength 3 is not kept"));
    expect(changes(taking(reference), taking(object({ b: text })), [schemas(text), {}])).toEqual(
      [],
    );
    const all = (leaf: object) => ({ allOf: [object({ a: text }), object({ b: leaf })] });
    expect(changes(taking(all(text)), taking(all({ type: "null" })))).toEqual(
      broken("/b may be of type string"),
    );
    const kinds = (...names: string[]) => ({
      oneOf: names.map((name) => object({ kind: { const: name }, [name]: text }, ["kind", name])),
    });
    expect(changes(taking(kinds("a", "b")), taking(kinds("b", "a", "c")))).toEqual([]);
    expect(changes(taking(kinds("a", "b")), taking(kinds("a"))).length).toBeGreaterThan(0);
  });

  it("comes to an end where a schema holds itself", () => {
    const tree = { $ref: "#/components/schemas/Tree" };
    const schemas = (leaf: object) => ({
      Tree: object({ value: leaf, children: { type: "array", items: tree } }),
    });
    expect(changes(taking(tree), taking(tree), [schemas(text), schemas(text)])).toEqual([]);
    expect(changes(taking(tree), taking(tree), [schemas(text), schemas({ type: "null" })])).toEqual(
      broken("/value may be of type string"),
    );
  });

  it("breaks when it is needed now, taken no more, or of another media type", () => {
    expect(changes({}, taking(text))).toEqual(["a body is needed now"]);
    expect(changes(taking(text, { required: false }), taking(text))).toEqual([
      "a body is needed now",
    ]);
    expect(changes(taking(text), {})).toEqual(["the body is taken no more"]);
    const form = { requestBody: { content: { "multipart/form-data": { schema: text } } } };
    expect(changes(taking(text), form)).toEqual(["a body of application/json is taken no more"]);
    expect(changes({}, taking(text, { required: false }))).toEqual([]);
  });
});

describe("an answer", () => {
  const broken = (what: string) => [`answer 200 ${what}, which clients do not expect`];

  it.each<[string, object, object, string[]]>([
    ["lacks a member", object({ a: text }, ["a"]), object({}), ['may lack "a"']],
    ["lacks a member that was not sure", object({ a: text }), object({}), ["/a is gone"]],
    ["may leave one out", object({ a: text }, ["a"]), object({ a: text }), ['may lack "a"']],
    [
      "has another type",
      object({ a: text }),
      object({ a: { type: "number" } }),
      ["/a may be of type number"],
    ],
    [
      "may be null",
      object({ a: text }),
      object({ a: { type: ["string", "null"] } }),
      ["/a may be null"],
    ],
    ["has a new word", { enum: ["a"] }, { enum: ["a", "b"] }, ['may be "b"']],
    ["keeps to words no more", { type: "string", enum: ["a"] }, text, ['may be other than "a"']],
    ["has fractions", { type: "integer" }, { type: "number" }, ["may be of type number"]],
    [
      "has another form",
      { type: "string", format: "date-time" },
      text,
      ['format "date-time" is not kept'],
    ],
    [
      "is longer",
      { type: "array", maxItems: 2 },
      { type: "array", maxItems: 3 },
      ["maxItems 2 is not kept: 3"],
    ],
  ])("breaks when it %s", (_what, before, after, expected) => {
    expect(changes(answering(before), answering(after))).toEqual(expected.flatMap(broken));
  });

  it.each<[string, object, object]>([
    [
      "has a new member",
      object({ a: text }, ["a"], { additionalProperties: false }),
      object({ a: text, b: text }, ["a", "b"], { additionalProperties: false }),
    ],
    ["always has what it may have had", object({ a: text }), object({ a: text }, ["a"])],
    ["has a word less", { enum: ["a", "b"] }, { enum: ["a"] }],
    ["is never null", { type: ["string", "null"] }, text],
  ])("does not break when it %s", (_what, before, after) => {
    expect(changes(answering(before), answering(after))).toEqual([]);
  });

  it("breaks when a status, header or media type goes, or a success comes", () => {
    const responses = (more: object) => ({ responses: { 200: {}, ...more } });
    expect(changes(responses({ 409: {} }), responses({}))).toEqual(["answer 409 is gone"]);
    expect(changes(responses({}), responses({ 409: {} }))).toEqual([]);
    expect(changes(responses({}), responses({ 202: {} }))).toEqual([
      "answer 202 is new, which clients do not expect",
    ]);
    const located = { 200: { headers: { Location: { schema: text } } } };
    expect(changes(responses(located), responses({}))).toEqual([
      "answer 200 has no header Location any more",
    ]);
    const xml = { responses: { 200: { content: { "application/xml": { schema: text } } } } };
    expect(changes(answering(text), xml)).toEqual(["answer 200 is no longer application/json"]);
  });
});

it("says nothing about what did not change", () => {
  const whole = {
    ...taking(
      object({ a: { anyOf: [text, { type: "null" }] } }, ["a"], { additionalProperties: false }),
    ),
    parameters: [
      { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } },
    ],
    security: [{ key: ["a"] }],
  };
  expect(changes(whole, structuredClone(whole))).toEqual([]);
});
