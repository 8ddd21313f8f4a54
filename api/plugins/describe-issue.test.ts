import { describe, expect, test } from "vitest";
import { z } from "zod";
import { describeIssue } from "./describe-issue.ts";
import { toErrors } from "./validate-request.ts";

const errorsOf = (schema: z.ZodType, value: unknown) => {
  const result = schema.safeParse(value, { error: describeIssue });
  return toErrors(result.error?.issues ?? []);
};
/** What is said of one value by itself. */
const said = (schema: z.ZodType, value: unknown) =>
  errorsOf(schema, value).map(({ detail }) => detail);

describe("what is wrong with a value", () => {
  test.each([
    ["text", z.string(), "must be text"],
    ["a number", z.number(), "must be a number"],
    ["true or false", z.boolean(), "must be true or false"],
    ["a list", z.array(z.string()), "must be a list"],
    ["an object", z.object({}), "must be an object"],
    ["a record", z.record(z.string(), z.string()), "must be an object"],
  ])("is its type where it is not %s, and that it is missing where it is", (_, schema, words) => {
    expect(said(schema, Symbol("other"))).toEqual([words]);
    expect(said(schema, null)).toEqual([words]);
    expect(said(schema, undefined)).toEqual(["is missing"]);
  });

  test.each([
    [z.number(), Number.NaN, "must be a number"],
    [z.coerce.number(), "abc", "must be a number"],
    [z.int(), 1.5, "must be a whole number"],
    [z.enum(["x", "y"]), "z", "must be one of x, y"],
    [z.enum(["x", "y"]), undefined, "is missing"],
    [z.literal("x"), "z", "must be x"],
    [z.string().min(1), "", "needs at least 1 character"],
    [z.string().min(8), "a", "needs at least 8 characters"],
    [z.string().max(2), "abc", "may have at most 2 characters"],
    [z.string().length(2), "abc", "must have exactly 2 characters"],
    [z.array(z.string()).min(1), [], "needs at least 1 item"],
    [z.array(z.string()).max(2), ["a", "b", "c"], "may have at most 2 items"],
    [z.number().min(3), 2, "must be at least 3"],
    [z.number().max(3), 4, "must be at most 3"],
    [z.number().gt(3), 3, "must be more than 3"],
    [z.number().lt(3), 3, "must be less than 3"],
    [z.number().multipleOf(5), 3, "must be a multiple of 5"],
    [z.iso.datetime(), "soon", "must be a date and time such as 2026-01-31T09:00:00Z"],
    [z.email(), "ada", "must be an e-mail address"],
    [z.uuid(), "1", "must be an id"],
    [z.url(), "here", "must be a URL such as https://example.com"],
    [z.string().regex(/^a/), "b", "does not have the right form"],
    [z.string().min(8, "is our own word"), "b", "is our own word"],
    [z.union([z.string(), z.number()]), true, "must be text, or a number"],
    [z.union([z.string(), z.number()]), undefined, "is missing"],
    [z.union([z.string().min(3), z.number()]), "a", "needs at least 3 characters"],
    [z.union([z.object({ a: z.string() }), z.number()]), { a: 1 }, "is not valid: a must be text"],
  ])("is said in plain words: %#", (schema, value, words) => {
    expect(said(schema, value)).toEqual([words]);
  });
});

describe("where it is wrong", () => {
  const kinds = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("a"), text: z.string() }),
    z.object({ kind: z.literal("b") }),
  ]);

  test("is the member that tells alternatives apart", () => {
    expect(errorsOf(kinds, { kind: "c" })).toEqual([
      { pointer: "/kind", detail: "must be one of a, b" },
    ]);
    expect(errorsOf(kinds, {})).toEqual([{ pointer: "/kind", detail: "is missing" }]);
    expect(errorsOf(kinds, { kind: "a" })).toEqual([{ pointer: "/text", detail: "is missing" }]);
  });

  test("is a pointer after RFC 6901; the whole is the empty one", () => {
    expect(errorsOf(z.object({ "a/b": z.object({ "~": z.string() }) }), { "a/b": {} })).toEqual([
      { pointer: "/a~1b/~0", detail: "is missing" },
    ]);
    expect(errorsOf(z.object({}), undefined)).toEqual([{ pointer: "", detail: "is missing" }]);
    expect(errorsOf(z.array(z.string()), ["a", 1])).toEqual([
      { pointer: "/1", detail: "must be text" },
    ]);
  });

  test("is what holds unknown members, which are named: however long, and not a thousand of them", () => {
    const schema = z.object({ inner: z.strictObject({}) });
    expect(errorsOf(schema, { inner: { one: 1, "two/": 2 } })).toEqual([
      { pointer: "/inner", detail: "holds what is not known here: one, two/" },
    ]);
    expect(errorsOf(z.strictObject({}), { one: 1 })).toEqual([
      { pointer: "", detail: "holds what is not known here: one" },
    ]);
    const [long] = errorsOf(schema, { inner: { ["x".repeat(5_000)]: 1 } });
    expect(long?.detail).toHaveLength("holds what is not known here: ".length + 101);
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 1]));
    expect(errorsOf(schema, { inner: many })[0]?.detail).toMatch(/k9 and 990 more$/);
  });

  test("repeats no value, which may be a secret", () => {
    const schema = z.strictObject({ a: z.enum(["x"]), b: z.int(), c: z.email() });
    const told = JSON.stringify(errorsOf(schema, { a: "hunter2", b: "hunter2", c: "hunter2" }));
    expect(told).not.toContain("hunter2");
  });
});
