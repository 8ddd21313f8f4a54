import { describe, expect, it } from "vitest";
import { exampleOf } from "./example-of.ts";

const lookup = () => ({ type: "string", enum: ["found"] });
const example = (schema: unknown, more: object = {}) => exampleOf(schema, { lookup, ...more });

describe("an example", () => {
  it("is the schema's own where it has one", () => {
    expect(example({ type: "string", examples: ["mine", "other"] })).toBe("mine");
    expect(example({ type: "string", format: "uuid", examples: ["mine"] })).toBe("mine");
  });

  it("is the first of what may be, and never null where there is something", () => {
    expect(example({ enum: [null, "a"] })).toBe("a");
    expect(example({ anyOf: [{ const: 4 }, { type: "null" }] })).toBe(4);
    expect(example({ type: ["string", "null"] }, { name: "email" })).toBe("ada@example.org");
    expect(example({ $ref: "#/x" })).toBe("found");
  });

  it("is what the name suggests, where that is of the right type", () => {
    expect(example({ type: "string" }, { name: "timeZone" })).toBe("Europe/Berlin");
    expect(example({ type: "integer" }, { name: "timeZone" })).toBe(1);
  });

  it("has every member, or the needed ones alone", () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, size: { type: "integer", minimum: 5 } },
      required: ["size"],
    };
    expect(example(schema)).toEqual({ name: "Harbour", size: 5 });
    expect(example(schema, { sparse: true })).toEqual({ size: 5 });
  });

  it("comes to an end where a schema holds itself", () => {
    const tree: Record<string, unknown> = { type: "object", properties: {} };
    tree["properties"] = { child: tree };
    expect(JSON.stringify(example(tree))).toContain("child");
  });
});
