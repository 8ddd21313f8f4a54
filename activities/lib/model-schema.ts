import { type FlexibleSchema, jsonSchema } from "ai";
import { z } from "zod";

type JsonSchema = Exclude<Parameters<typeof jsonSchema>[0], PromiseLike<unknown> | (() => unknown)>;

/**
 * A Zod schema in the form that providers take with strict structured output, which is narrower than JSON Schema: every
 * property required, no others allowed, no lengths of strings (OpenAI answers 400 to `minLength` and `maxLength`; see
 * "Supported schemas" in its guide to structured outputs). Lengths are put into words instead, and checked by Zod.
 *
 * Throws when a property is optional: make it nullable.
 */
export function modelSchema<T>(schema: z.ZodType<T>): FlexibleSchema<T> {
  return jsonSchema<T>(toModelJsonSchema(schema), {
    validate: async (value) => {
      const result = await schema.safeParseAsync(value);
      return result.success
        ? { success: true, value: result.data }
        : { success: false, error: result.error };
    },
  });
}

/** The JSON Schema (draft 7) that is sent for a Zod schema. */
export function toModelJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    reused: "inline",
    override: ({ jsonSchema: part, path }) => {
      if (part.type === "object") {
        const properties = Object.keys(part.properties ?? {});
        const optional = properties.find((name) => !(part.required ?? []).includes(name));
        if (optional !== undefined) {
          throw new Error(
            `The property ${[...path, optional].join(".")} is optional, which strict structured output doesn't know. Make it nullable.`,
          );
        }
        part.additionalProperties = false;
        part.required = properties;
      }
      if (part.maxLength !== undefined) {
        part.description = [part.description, `At most ${part.maxLength} characters.`]
          .filter(Boolean)
          .join(" ");
      }
      delete part.minLength;
      delete part.maxLength;
    },
  });
  return json as JsonSchema;
}
