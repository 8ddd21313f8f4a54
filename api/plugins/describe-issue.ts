import type { z } from "zod";

/**
 * What is wrong with a value of a request, in plain words that follow its name: "is missing", "must be text". Given to
 * Zod as its error map; a schema's own message comes before it. It repeats no value, as that may be a secret.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return isAbsent(issue)
        ? "is missing"
        : mustBe(typeWords[issue.expected] ?? "of another type");
    case "too_small":
    case "too_big":
      return describeSize(issue);
    case "unrecognized_keys":
      return `holds what is not known here: ${listed(issue.keys)}`;
    case "invalid_value":
      return isAbsent(issue) ? "is missing" : mustBe(oneOf(issue.values.map(String)));
    case "invalid_format":
      return formatWords[issue.format] ?? "does not have the right form";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return describeUnion(issue);
    case "invalid_key":
      return "has a name that can't be one here";
    default:
      return "is not valid";
  }
}

const typeWords: Record<string, string> = {
  string: "text",
  number: "a number",
  nan: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const formatWords: Record<string, string> = {
  datetime: "must be a date and time such as 2026-01-31T09:00:00Z",
  date: "must be a date such as 2026-01-31",
  time: "must be a time of day such as 09:00",
  email: "must be an e-mail address",
  url: "must be a URL such as https://example.com",
  uuid: "must be an id",
};

function describeSize(
  issue: Extract<z.core.$ZodRawIssue, { code: "too_small" | "too_big" }>,
): string {
  const small = issue.code === "too_small";
  const limit = small ? issue.minimum : issue.maximum;
  const unit = units[issue.origin];
  if (unit === undefined) {
    // A value, not a length.
    const inclusive = issue.inclusive !== false;
    if (small) return mustBe(inclusive ? `at least ${limit}` : `more than ${limit}`);
    return mustBe(inclusive ? `at most ${limit}` : `less than ${limit}`);
  }
  const amount = `${limit} ${Number(limit) === 1 ? unit.one : unit.many}`;
  if (issue.exact) return `must have exactly ${amount}`;
  return small ? `needs at least ${amount}` : `may have at most ${amount}`;
}

const units: Record<string, { one: string; many: string }> = {
  string: { one: "character", many: "characters" },
  array: { one: "item", many: "items" },
  set: { one: "item", many: "items" },
  map: { one: "entry", many: "entries" },
  object: { one: "member", many: "members" },
  record: { one: "member", many: "members" },
};

function describeUnion(issue: Extract<z.core.$ZodRawIssue, { code: "invalid_union" }>): string {
  if (isAbsent(issue)) return "is missing";
  if (issue["discriminator"] !== undefined && Array.isArray(issue["options"]))
    return discriminated(issue["input"], String(issue["discriminator"]), issue["options"]);
  // Each alternative says what it misses; where all say that of the value itself, together they are the answer.
  const own = issue.errors.map((alternative) => alternative.find(({ path }) => path.length === 0));
  const wishes = own.map(
    (first) => first?.message.match(/^must be (?<wish>.+)$/)?.groups?.["wish"],
  );
  const known = [...new Set(wishes.filter((wish) => wish !== undefined))];
  if (known.length > 0 && wishes.every((wish) => wish !== undefined))
    return mustBe(known.join(", or "));
  const closest = issue.errors.find((_, index) => wishes[index] === undefined)?.[0];
  if (closest === undefined) return "is not valid";
  return closest.path.length === 0
    ? closest.message
    : `is not valid: ${closest.path.join(".")} ${closest.message}`;
}

/** Zod reports it at the member that tells the alternatives apart, with the whole object as its input. */
function discriminated(input: unknown, name: string, options: unknown[]): string {
  const absent =
    typeof input === "object" && input !== null && Reflect.get(input, name) === undefined;
  return absent ? "is missing" : mustBe(oneOf(options.map(String)));
}

/** `undefined` is what a parser of JSON gives for what is not there. */
function isAbsent(issue: z.core.$ZodRawIssue): boolean {
  return issue.input === undefined;
}

function mustBe(what: string): string {
  return `must be ${what}`;
}

function oneOf(options: string[]): string {
  return options.length === 1 ? (options[0] ?? "") : `one of ${options.join(", ")}`;
}

/** Of a thousand unknown members, as many tell what is wrong. */
const maximumListed = 10;

function listed(keys: string[]): string {
  const rest = keys.length - maximumListed;
  const names = keys.slice(0, maximumListed).map(shorten).join(", ");
  return rest > 0 ? `${names} and ${rest} more` : names;
}

/** A member's name is the caller's own, and may be a megabyte long. */
function shorten(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100).toWellFormed()}…` : name;
}
