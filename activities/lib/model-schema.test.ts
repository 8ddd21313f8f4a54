import { describe, expect, it } from "vitest";
import { z } from "zod";
import { toModelJsonSchema } from "./model-schema.ts";

describe("toModelJsonSchema", () => {
  it("puts lengths into words, closes every object and requires every property", () => {
    const schema = z.object({
      text: z.string().min(1).max(80).describe("The text."),
      inner: z.array(z.object({ note: z.string().max(5).nullable() })),
    });
    expect(toModelJsonSchema(schema)).toEqual({
      type: "object",
      additionalProperties: false,
      required: ["text", "inner"],
      properties: {
        text: { type: "string", description: "The text. At most 80 characters." },
        inner: {
          type: "array",
          items: {
            type: "object",
            additionalProperties: false,
            required: ["note"],
            properties: {
              note: {
                anyOf: [{ type: "string", description: "At most 5 characters." }, { type: "null" }],
              },
            },
          },
        },
      },
    });
  });

  it("leaves a property alone that is called like a keyword", () => {
    const schema = z.object({ maxLength: z.number().max(3), type: z.string() });
    expect(toModelJsonSchema(schema)).toMatchObject({
      properties: { maxLength: { maximum: 3 } },
      required: ["maxLength", "type"],
    });
  });

  it("refuses an optional property, naming it", () => {
    expect(() =>
      toModelJsonSchema(z.object({ inner: z.object({ title: z.string().optional() }) })),
    ).toThrow(/inner.*title.*nullable/u);
  });
});
