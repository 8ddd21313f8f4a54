import { z } from "zod";

/** A JSON Schema as OpenAPI 3.1 holds it: an object, or `true` (anything) or `false` (nothing). */
export type Schema = boolean | SchemaObject;
export type SchemaObject = Record<string, unknown>;

const Headers = z.record(z.string(), z.record(z.string(), z.unknown()));
const Content = z.record(z.string(), z.looseObject({ schema: z.unknown().optional() }));

const Parameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: z.unknown().optional(),
});

const Response = z.looseObject({
  description: z.string().optional(),
  headers: Headers.default({}),
  content: Content.default({}),
  "x-problem-codes": z.array(z.string()).default([]),
});

const Operation = z.looseObject({
  operationId: z.string().optional(),
  summary: z.string().optional(),
  tags: z.array(z.string()).default([]),
  security: z.array(z.record(z.string(), z.array(z.string()))).default([]),
  parameters: z.array(Parameter).default([]),
  requestBody: z.looseObject({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), Response),
});

/** An OpenAPI document as far as it is compared: what is not named here is kept and not looked at. */
export const OpenApiDocument = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z
    .looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) })
    .default({ schemas: {} }),
});
export type OpenApiDocument = z.infer<typeof OpenApiDocument>;
export type Operation = z.infer<typeof Operation>;

/** Every operation by its name, as `POST /v1/posts/{id}/cancel`. */
export function operationsOf(document: OpenApiDocument): Map<string, Operation> {
  return new Map(
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    ),
  );
}
