import type { SchemaObject } from "./openapi-document.ts";

/** Finds what a `$ref` names. */
export type Lookup = (reference: string) => unknown;

/** Looks references up in the document that holds them. Throws on one that leads nowhere. */
export function lookupIn(document: object): Lookup {
  return (reference) => {
    let at: unknown = document;
    for (const part of reference.replace(/^#\//, "").split("/")) {
      const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      at = isObject(at) ? at[name] : undefined;
    }
    if (at === undefined) throw new Error(`${reference} leads nowhere`);
    return at;
  };
}

export interface Form {
  schema: SchemaObject;
  /** The references that were followed to it: whoever meets the same again goes in circles. */
  through: string[];
}

/**
 * A schema as the list of forms that a value may have: references are followed, `allOf` is merged, `anyOf`, `oneOf` and
 * lists of types are spread out, and so are lists of values. No form means that nothing fits; one empty form that anything does.
 */
export function formsOf(schema: unknown, lookup: Lookup): Form[] {
  if (schema === false) return [];
  if (!isObject(schema)) return [{ schema: {}, through: [] }];
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  let forms: Form[] = [{ schema: own, through: [] }];
  if (typeof $ref === "string") {
    const target = formsOf(lookup($ref), lookup);
    forms = product(
      forms,
      target.map((form) => ({ ...form, through: [$ref, ...form.through] })),
    );
  }
  for (const part of asList(allOf)) forms = product(forms, formsOf(part, lookup));
  for (const choice of [anyOf, oneOf]) {
    if (!Array.isArray(choice)) continue;
    forms = product(
      forms,
      choice.flatMap((one) => formsOf(one, lookup)),
    );
  }
  return forms.flatMap(spreadTypes).flatMap(spreadValues);
}

/** Each form of one list together with each of the other. */
function product(left: Form[], right: Form[]): Form[] {
  return left.flatMap((one) =>
    right.map((other) => ({
      schema: merge(one.schema, other.schema),
      through: [...one.through, ...other.through],
    })),
  );
}

function merge(one: SchemaObject, other: SchemaObject): SchemaObject {
  const merged: SchemaObject = { ...one, ...other };
  const properties = { ...objectOf(one["properties"]) };
  for (const [name, schema] of Object.entries(objectOf(other["properties"])))
    properties[name] = name in properties ? { allOf: [properties[name], schema] } : schema;
  if (Object.keys(properties).length > 0) merged["properties"] = properties;
  const required = [...new Set([...asList(one["required"]), ...asList(other["required"])])];
  if (required.length > 0) merged["required"] = required;
  return merged;
}

function spreadTypes(form: Form): Form[] {
  const { type, ...rest } = form.schema;
  if (!Array.isArray(type)) return [form];
  return type.map((one: unknown) => ({ ...form, schema: { ...rest, type: one } }));
}

function spreadValues(form: Form): Form[] {
  const { enum: values, ...rest } = form.schema;
  if (!Array.isArray(values)) return [form];
  return values
    .map((value: unknown) => ({ ...form, schema: { ...rest, const: value } }))
    .filter(({ schema }) => !("type" in schema) || isOfType(schema.const, schema["type"]));
}

function isOfType(value: unknown, type: unknown): boolean {
  const own = typeOf(value);
  return own === type || (own === "integer" && type === "number");
}

/** The type of a JSON value, in JSON Schema's words. */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
