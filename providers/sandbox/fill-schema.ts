import {
  type JSONSchema7,
  type JSONSchema7Definition,
  type JSONValue,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { type PromptFacts, smallestLimit } from "./read-prompt.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import { capital, withinLimit, writeCaption } from "./write-caption.ts";

/**
 * An instance of a JSON Schema (draft 7, as `ai` sends it) with sensible content where a field's name says what it is
 * for. Throws UnsupportedFunctionalityError for what it can't satisfy: `pattern`, `not`, an unknown `format`.
 */
export function fillSchema({
  schema,
  facts,
}: {
  schema: JSONSchema7;
  facts: PromptFacts;
}): JSONValue {
  return fill(schema, {
    facts,
    random: seededRandom(`schema/${facts.seed}`),
    root: schema,
    name: "",
    depth: 0,
    siblings: {},
  });
}

interface Place {
  facts: PromptFacts;
  random: SeededRandom;
  root: JSONSchema7;
  /** Name of the property that is being filled. */
  name: string;
  depth: number;
  /** What was filled beside it already. */
  siblings: Record<string, JSONValue>;
}

const maxDepth = 8;

function fill(definition: JSONSchema7Definition, place: Place): JSONValue {
  if (definition === true) return fillString({ type: "string" }, place);
  if (definition === false) throw unsupported("a schema that nothing satisfies");
  const schema = resolve(definition, place.root);
  if (schema.not !== undefined) throw unsupported("`not`");
  if (schema.const !== undefined) return schema.const as JSONValue;
  if (schema.enum !== undefined)
    return place.random.pick(schema.enum as [JSONValue, ...JSONValue[]]);

  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return fillVariant(variants, place);
  if (Array.isArray(schema.type)) {
    return fillVariant(
      schema.type.map((type) => ({ ...schema, type })),
      place,
    );
  }
  switch (schema.type ?? guessType(schema)) {
    case "object":
      return fillObject(schema, place);
    case "array":
      return fillArray(schema, place);
    case "integer":
    case "number":
      return fillNumber(schema, place);
    case "boolean":
      return fillBoolean(place);
    case "null":
      return null;
    default:
      return fillString(schema, place);
  }
}

function fillVariant(variants: readonly JSONSchema7Definition[], place: Place): JSONValue {
  const isNull = (variant: JSONSchema7Definition): boolean =>
    typeof variant === "object" && variant.type === "null";
  const nothing = variants.find(isNull);
  const [something] = variants.filter((variant) => !isNull(variant));
  if (
    something === undefined ||
    (nothing !== undefined && (prefersNull(place) || place.depth >= maxDepth))
  )
    return null;
  return fill(something, place);
}

function prefersNull({ name, siblings, facts }: Place): boolean {
  const word = name.toLowerCase();
  if (word.endsWith("id")) return true;
  if (word.includes("image") || word.includes("alt"))
    return !facts.image || siblings["wantsImage"] === false;
  return word === "title";
}

function fillObject(schema: JSONSchema7, place: Place): JSONValue {
  const filled: Record<string, JSONValue> = {};
  const required = new Set(schema.required);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (place.depth >= maxDepth && !required.has(name)) continue;
    if (place.depth >= maxDepth * 2) throw unsupported("a schema that never ends");
    filled[name] = fill(property, { ...place, name, depth: place.depth + 1, siblings: filled });
  }
  return filled;
}

function fillArray(schema: JSONSchema7, place: Place): JSONValue {
  const least = schema.minItems ?? 0;
  const most = Math.max(least, Math.min(schema.maxItems ?? 3, 3));
  const count =
    place.depth >= maxDepth ? least : Math.max(least, place.random.integer(1, Math.max(1, most)));
  const items: JSONValue[] = [];
  for (let index = 0; index < Math.min(count, schema.maxItems ?? count); index += 1) {
    const item = Array.isArray(schema.items)
      ? (schema.items[index] ?? schema.additionalItems ?? true)
      : (schema.items ?? true);
    const value = fill(item, { ...place, depth: place.depth + 1, siblings: { index } });
    items.push(value);
  }
  return items;
}

function fillNumber(schema: JSONSchema7, { name, random }: Place): JSONValue {
  const step = schema.multipleOf ?? (schema.type === "integer" ? 1 : undefined);
  const above =
    schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + (step ?? 0.5);
  const below =
    schema.exclusiveMaximum === undefined ? undefined : schema.exclusiveMaximum - (step ?? 0.5);
  const least = Math.max(schema.minimum ?? -Infinity, above ?? -Infinity);
  const most = Math.min(schema.maximum ?? Infinity, below ?? Infinity);
  const usual = /limit|count|max/iu.test(name) ? 10 : random.integer(1, 10);
  const within = Math.min(Math.max(usual, least), most);
  if (step === undefined) return within;
  const rounded = Math.ceil(within / step) * step;
  const fitting = rounded > most ? Math.floor(most / step) * step : rounded;
  if (fitting < least)
    throw unsupported(`a number between ${least} and ${most} in steps of ${step}`);
  return fitting;
}

function fillBoolean({ name, facts, random }: Place): JSONValue {
  if (/image|picture|photo/iu.test(name)) return facts.image;
  if (/^(?:ok|valid|accept|approve|publish)/iu.test(name)) return true;
  return random.next() < 0.5;
}

function fillString(schema: JSONSchema7, place: Place): JSONValue {
  if (schema.pattern !== undefined) throw unsupported("`pattern`");
  if (schema.format !== undefined) return formatted(schema.format);
  const described = smallestLimit(schema.description ?? "");
  const limit = Math.min(schema.maxLength ?? Infinity, described ?? Infinity);
  const text = content({ ...place, limit });
  const least = schema.minLength ?? 0;
  let long = text;
  while (long.length < least) long = long === "" ? "Good." : `${long} Good.`;
  // Only a text that had to grow is cut, so no sentence of a sensible length is.
  return long === text ? long : long.slice(0, Math.min(limit, Math.max(least, text.length)));
}

/** What a field of this name says; whole sentences within the limit. */
function content({ name, facts, random, siblings, limit }: Place & { limit: number }): string {
  const { phrase, keywords } = facts.topic;
  const sentence = (text: string): string => withinLimit({ sentences: [text], limit });
  const word = name.toLowerCase();
  if (/^(?:text|caption|body|content|post|message|draft|copy)$/u.test(word)) {
    const post = Math.min(limit, facts.textLimit ?? Infinity, 600);
    return writeCaption({ facts, limit: post });
  }
  if (/title|headline|subject/u.test(word)) return sentence(capital(phrase));
  if (/hashtag|keyword|tag/u.test(word)) {
    const index = typeof siblings["index"] === "number" ? siblings["index"] : 0;
    return sentence(
      keywords[index % Math.max(1, keywords.length)] ?? phrase.split(" ")[0] ?? "news",
    );
  }
  if (/alt/u.test(word))
    return sentence(`Sandbox picture with shapes in soft colours, titled ${phrase}.`);
  if (/image|picture|photo|visual/u.test(word)) {
    return sentence(
      `${capital(phrase)}, ${random.pick(["morning light", "bold colours", "calm shapes", "warm tones"])}.`,
    );
  }
  if (/reason|rationale|why|explanation/u.test(word)) {
    return sentence(`The brief asks for ${phrase}, and the sandbox follows the brief alone.`);
  }
  if (/angle|approach|hook/u.test(word)) {
    return sentence(
      random.pick([
        "Show one detail up close.",
        "Tell how it is made.",
        "Let people who love it speak.",
        "Ask followers a question.",
      ]),
    );
  }
  if (/idea|concept|plan|summary|description/u.test(word)) {
    return sentence(
      `${random.pick(["A closer look at", "The people behind", "A small moment with"])} ${phrase}.`,
    );
  }
  if (/language|locale/u.test(word)) return "en";
  return sentence(`${capital(phrase)}.`);
}

function formatted(format: string): string {
  const known: Record<string, string> = {
    "date-time": "2026-01-01T09:00:00Z",
    date: "2026-01-01",
    time: "09:00:00Z",
    email: "sandbox@example.com",
    uri: "https://example.com/",
    url: "https://example.com/",
    uuid: "00000000-0000-4000-8000-000000000000",
  };
  const value = known[format];
  if (value === undefined) throw unsupported(`the format "${format}"`);
  return value;
}

function guessType(schema: JSONSchema7): string {
  if (schema.properties !== undefined) return "object";
  if (schema.items !== undefined) return "array";
  return "string";
}

function resolve(schema: JSONSchema7, root: JSONSchema7): JSONSchema7 {
  let resolved = schema;
  for (let hops = 0; resolved.$ref !== undefined; hops += 1) {
    const target = resolved.$ref === "#" ? root : lookUp(resolved.$ref, root);
    if (target === undefined || hops > 20) throw unsupported(`the reference ${resolved.$ref}`);
    const { $ref: _ref, ...beside } = resolved;
    resolved = { ...target, ...beside };
  }
  if (resolved.allOf === undefined) return resolved;
  const { allOf, ...own } = resolved;
  return allOf.reduce<JSONSchema7>((merged, part) => {
    if (typeof part !== "object") return merged;
    const next = resolve(part, root);
    return {
      ...merged,
      ...next,
      properties: { ...merged.properties, ...next.properties },
      required: [...(merged.required ?? []), ...(next.required ?? [])],
    };
  }, own);
}

function lookUp(ref: string, root: JSONSchema7): JSONSchema7 | undefined {
  if (!ref.startsWith("#/")) return undefined;
  let at: unknown = root;
  for (const step of ref.slice(2).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === "object" && at !== null ? (at as JSONSchema7) : undefined;
}

function unsupported(what: string): UnsupportedFunctionalityError {
  return new UnsupportedFunctionalityError({
    functionality: what,
    message: `The sandbox can't make an answer for a schema with ${what}. Use a schema without it, or a real provider.`,
  });
}
