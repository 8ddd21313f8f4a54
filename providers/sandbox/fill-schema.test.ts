import { type JSONSchema7, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fillSchema } from "./fill-schema.ts";
import { readPrompt } from "./read-prompt.ts";

const factsOf = (text: string, seed = 1) =>
  readPrompt({ prompt: [{ role: "user", content: [{ type: "text", text }] }], seed });

function fill(
  schema: z.ZodType,
  { prompt = "Write about sourdough workshops.", seed = 1 } = {},
): unknown {
  return fillSchema({
    schema: z.toJSONSchema(schema, { target: "draft-7" }) as JSONSchema7,
    facts: factsOf(prompt, seed),
  });
}

describe("fillSchema", () => {
  it("fills fields by what their names say", () => {
    const post = z.object({
      text: z.string(),
      title: z.string(),
      altText: z.string(),
      wantsImage: z.boolean(),
      imagePrompt: z.string(),
      reason: z.string(),
      hashtags: z.array(z.string()),
      postId: z.string().nullable(),
      language: z.enum(["en", "de"]),
    });
    const filled = post.parse(fill(post));
    expect(filled.text).toContain("(Sandbox text.)");
    expect(filled.title).toBe("Sourdough workshops");
    expect(filled.altText).toContain("picture");
    expect(filled.wantsImage).toBe(true);
    expect(filled.reason).toMatch(/sourdough workshops.*\.$/u);
    expect(filled.postId).toBeNull();
  });

  it("plans no image where the conversation wants none", () => {
    const plan = z.object({ wantsImage: z.boolean(), imagePrompt: z.string().nullable() });
    expect(fill(plan, { prompt: "<media>none</media>" })).toEqual({
      wantsImage: false,
      imagePrompt: null,
    });
    expect(fill(plan, { prompt: "<media>image</media>" })).toMatchObject({
      wantsImage: true,
      imagePrompt: expect.any(String),
    });
  });

  it("keeps to lengths in schema and description", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect(String(fill(z.string().max(20), { seed })).length).toBeLessThanOrEqual(20);
      const described = fillSchema({
        schema: { type: "string", description: "At most 30 characters." },
        facts: factsOf("Boots", seed),
      });
      expect(String(described).length).toBeLessThanOrEqual(30);
    }
  });

  it("satisfies what a schema asks for, whatever the schema", () => {
    const leaf = fc.oneof(
      fc.constant(z.boolean()),
      fc.constant(z.null()),
      fc.tuple(fc.nat(30), fc.nat(300)).map(([least, more]) =>
        z
          .string()
          .min(least)
          .max(least + more),
      ),
      fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(50)).map(([least, more]) =>
        z
          .number()
          .int()
          .min(least)
          .max(least + more),
      ),
      fc
        .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 50 }))
        .map(([least, more]) =>
          z
            .number()
            .gt(least)
            .lt(least + more),
        ),
      fc.integer({ min: 1, max: 20 }).map((step) => z.number().multipleOf(step)),
      fc
        .constantFrom(z.iso.date(), z.uuid(), z.email(), z.url())
        .map((type) => type.meta({ pattern: undefined })),
      fc
        .uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 })
        .map((words) => z.enum(words)),
      fc.string().map((word) => z.literal(word)),
    );
    const names = fc.constantFrom(
      "text",
      "title",
      "wantsImage",
      "imagePrompt",
      "limit",
      "reason",
      "tags",
      "id",
      "anything",
    );
    const { schema } = fc.letrec<{ schema: z.ZodType }>((tie) => ({
      schema: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        leaf,
        fc.dictionary(names, tie("schema")).map((shape) => z.object(shape)),
        fc.tuple(tie("schema"), fc.nat(3), fc.nat(3)).map(([item, least, more]) =>
          z
            .array(item)
            .min(least)
            .max(least + more),
        ),
        tie("schema").map((inner) => inner.nullable()),
        fc.tuple(tie("schema"), tie("schema")).map(([a, b]) => z.union([a, b])),
      ),
    }));
    fc.assert(
      fc.property(schema, fc.nat(1000), (type, seed) => {
        const json = z.toJSONSchema(type, {
          target: "draft-7",
          override: ({ jsonSchema }) => void delete jsonSchema.pattern,
        });
        const filled = fillSchema({
          schema: json as JSONSchema7,
          facts: factsOf("Boots for winter", seed),
        });
        expect(type.safeParse(filled).error).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it("follows references, ends where a schema refers to itself, and merges allOf", () => {
    const tree: JSONSchema7 = {
      definitions: {
        node: {
          type: "object",
          properties: { children: { type: "array", items: { $ref: "#/definitions/node" } } },
          required: ["children"],
        },
      },
      $ref: "#/definitions/node",
    };
    expect(fillSchema({ schema: tree, facts: factsOf("x") })).toHaveProperty("children");
    const both: JSONSchema7 = {
      allOf: [
        { type: "object", properties: { a: { const: 1 } } },
        { properties: { b: { const: 2 } }, required: ["b"] },
      ],
    };
    expect(fillSchema({ schema: both, facts: factsOf("x") })).toEqual({ a: 1, b: 2 });
  });

  it("says what it can't satisfy", () => {
    const endless: JSONSchema7 = {
      type: "object",
      properties: { next: { $ref: "#" } },
      required: ["next"],
    };
    for (const schema of [
      { type: "string", pattern: "^x+$" },
      { type: "string", format: "hostname" },
      { $ref: "#/nowhere" },
      { not: {} },
      endless,
    ] satisfies JSONSchema7[]) {
      expect(() => fillSchema({ schema, facts: factsOf("x") })).toThrow(
        UnsupportedFunctionalityError,
      );
    }
  });
});
