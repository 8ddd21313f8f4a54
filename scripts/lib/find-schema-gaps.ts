import { isDeepStrictEqual } from "node:util";
import {
  asList,
  formsOf,
  isObject,
  objectOf,
  typeOf,
  type Form,
  type Lookup,
} from "./flatten-schema.ts";
import type { SchemaObject } from "./openapi-document.ts";

/** Something that fits one schema and may not fit the other. */
export interface Gap {
  /** Where, as `/targets/[]/overrides`; the empty text is the whole. */
  pointer: string;
  /** A part of a sentence: `may be null`, `may lack "name"`. */
  what: string;
}

interface Side {
  schema: unknown;
  lookup: Lookup;
}

interface Comparison {
  from: Side;
  to: Side;
  /**
   * `request`: `from` is what clients send and `to` what is taken. `answer`: `from` is what is sent now and `to` what
   * clients were told; a member that they were not told of is no gap, because they are to ignore it.
   */
  as: "request" | "answer";
  pointer?: string;
  /** Pairs of references that are being compared already, further up. */
  open?: readonly string[];
}

/** Where a value that fits `from` may not fit `to`. Said conservatively: what can't be told apart counts as a gap. */
export function findSchemaGaps(comparison: Comparison): Gap[] {
  const { from, to, pointer = "", open = [] } = comparison;
  const targets = formsOf(to.schema, to.lookup);
  return unique(
    formsOf(from.schema, from.lookup).flatMap((form) => {
      const known = targets.map((target) => target.schema).filter(isValue);
      if (known.length === targets.length && known.length > 0 && !isValue(form.schema)) {
        const words = known.map((schema) => text(schema.const)).join(", ");
        return [{ pointer, what: `may be other than ${words}` }];
      }
      const tries = targets.map((target) => {
        const pair = `${form.through.join()} ${target.through.join()}`;
        const circular = form.through.length > 0 && target.through.length > 0;
        if (circular && open.includes(pair)) return [];
        return compareForms({
          ...comparison,
          pointer,
          open: circular ? [...open, pair] : open,
          form,
          target,
        });
      });
      if (tries.some((gaps) => gaps.length === 0)) return [];
      // The nearest form says best what is wrong: one of the same type before one of another.
      const near = tries.filter((gaps) => !gaps.some((gap) => isTypeGap(gap, pointer)));
      const [best] = near.toSorted((one, other) => one.length - other.length);
      return best ?? [{ pointer, what: `may be ${nameOf(form.schema)}` }];
    }),
  );
}

const typeGap = "has another type";
const isTypeGap = (gap: Gap, pointer: string) => gap.pointer === pointer && gap.what === typeGap;

type FormComparison = Comparison & { pointer: string; form: Form; target: Form };

function compareForms(comparison: FormComparison): Gap[] {
  const { form, target, pointer, as } = comparison;
  const [one, other] = [form.schema, target.schema];
  const gap = (what: string): Gap => ({ pointer, what });
  const type = isValue(one) ? typeOf(one.const) : one["type"];
  if (other["type"] !== undefined && !isWithinType(type, other["type"])) return [gap(typeGap)];
  // Another word where one word tells forms apart is another form.
  if (isValue(other)) {
    const same = isValue(one) && isDeepStrictEqual(one.const, other.const);
    return same ? [] : [gap(typeGap)];
  }
  return [
    ...compareLimits(one, other).map(gap),
    ...compareObjects(comparison),
    ...compareItems(comparison),
    ...compareRest(one, other).map(gap),
    ...(as === "request" ? compareDefaults(one, other).map(gap) : []),
  ];
}

const lowest = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const highest = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
const alike = ["pattern", "format", "uniqueItems", "multipleOf", "contentMediaType", "not", "if"];

/** Bounds and forms of text that `other` has and `one` does not keep. */
function compareLimits(one: SchemaObject, other: SchemaObject): string[] {
  const said: string[] = [];
  for (const [names, isKept] of [
    [lowest, (a: number, b: number) => a >= b],
    [highest, (a: number, b: number) => a <= b],
  ] as const) {
    for (const name of names) {
      const [mine, wanted] = [one[name], other[name]];
      if (typeof wanted !== "number") continue;
      if (typeof mine === "number" && isKept(mine, wanted)) continue;
      said.push(`${name} ${wanted} is not kept${mine === undefined ? "" : `: ${text(mine)}`}`);
    }
  }
  return said;
}

function compareRest(one: SchemaObject, other: SchemaObject): string[] {
  return alike
    .filter((name) => other[name] !== undefined && other[name] !== false)
    .filter((name) => !isDeepStrictEqual(one[name], other[name]))
    .map((name) => `${name} ${text(other[name])} is not kept`);
}

/** What a client leaves out means what it meant. */
function compareDefaults(one: SchemaObject, other: SchemaObject): string[] {
  if (!("default" in one) || isDeepStrictEqual(one["default"], other["default"])) return [];
  return [`may be left out and mean ${text(one["default"])}`];
}

function compareObjects(comparison: FormComparison): Gap[] {
  const { form, target, pointer, as } = comparison;
  const [one, other] = [form.schema, target.schema];
  const [mine, wanted] = [objectOf(one["properties"]), objectOf(other["properties"])];
  const required = asList(one["required"]);
  const gaps: Gap[] = [];
  for (const name of asList(other["required"]))
    if (!required.includes(name)) gaps.push({ pointer, what: `may lack ${text(name)}` });
  for (const [name, schema] of Object.entries(wanted)) {
    const inner = `${pointer}/${name}`;
    if (name in mine) gaps.push(...deeper(comparison, { mine: mine[name], wanted: schema, inner }));
    else if (as === "answer" && !asList(other["required"]).includes(name))
      gaps.push({ pointer: inner, what: "is gone" });
  }
  if (as === "request") {
    for (const name of Object.keys(mine))
      if (!(name in wanted) && !isObject(other["additionalProperties"]))
        gaps.push({ pointer: `${pointer}/${name}`, what: "may be there" });
  }
  return [...gaps, ...compareFurtherMembers(comparison)];
}

/** Members that no property names: of a map from ids, say. */
function compareFurtherMembers(comparison: FormComparison): Gap[] {
  const { form, target, pointer, as } = comparison;
  if (!isObjectSchema(form.schema)) return [];
  const [mine, wanted] = [
    form.schema["additionalProperties"],
    target.schema["additionalProperties"],
  ];
  if (as === "request" && wanted === false && mine !== false)
    return [{ pointer, what: "may have further members" }];
  const names = deeper(comparison, {
    mine: form.schema["propertyNames"] ?? true,
    wanted: target.schema["propertyNames"] ?? true,
    inner: `${pointer}/{}`,
  });
  if (!isObject(wanted) || mine === false) return names;
  return [...names, ...deeper(comparison, { mine: mine ?? true, wanted, inner: `${pointer}/{}` })];
}

function compareItems(comparison: FormComparison): Gap[] {
  const { form, target, pointer } = comparison;
  const [one, other] = [form.schema, target.schema];
  const gaps: Gap[] = [];
  const [mine, wanted] = [asList(one["prefixItems"]), asList(other["prefixItems"])];
  for (const [index, schema] of wanted.entries())
    gaps.push(
      ...deeper(comparison, {
        mine: mine[index] ?? one["items"] ?? true,
        wanted: schema,
        inner: `${pointer}/${index}`,
      }),
    );
  if (other["items"] === undefined) return gaps;
  const inner = `${pointer}/[]`;
  return [
    ...gaps,
    ...deeper(comparison, { mine: one["items"] ?? true, wanted: other["items"], inner }),
  ];
}

function deeper(
  comparison: FormComparison,
  next: { mine: unknown; wanted: unknown; inner: string },
): Gap[] {
  const { from, to, as, open } = comparison;
  return findSchemaGaps({
    from: { ...from, schema: next.mine },
    to: { ...to, schema: next.wanted },
    as,
    pointer: next.inner,
    ...(open ? { open } : {}),
  });
}

function isObjectSchema(schema: SchemaObject): boolean {
  return schema["type"] === "object" || schema["properties"] !== undefined;
}

/** Whether the schema is of one value alone. */
function isValue(schema: SchemaObject): schema is SchemaObject & { const: unknown } {
  return "const" in schema;
}

function isWithinType(type: unknown, wanted: unknown): boolean {
  return type === wanted || (type === "integer" && wanted === "number");
}

function nameOf(schema: SchemaObject): string {
  if (isValue(schema)) return text(schema.const);
  if (schema["type"] === "null") return "null";
  return typeof schema["type"] === "string" ? `of type ${schema["type"]}` : "anything";
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function unique(gaps: Gap[]): Gap[] {
  return [...new Map(gaps.map((gap) => [`${gap.pointer} ${gap.what}`, gap])).values()];
}
