import { Problem } from "./errors.ts";

/** A recurrence rule, understood. COUNT and UNTIL are kept apart: they are judged by the real clock. */
export interface ParsedRule {
  /** The other parts, in capitals: `FREQ=WEEKLY;BYDAY=MO`. */
  pattern: string;
  count: number | null;
  /** The last moment at which an occurrence may be: an instant, or a wall time in the rule's zone. */
  until: { instant: Date } | { wall: string } | null;
}

const weekday = "(MO|TU|WE|TH|FR|SA|SU)";
/** What each part may hold, item by item. What is not here is not taken. */
const parts: Record<string, { item: RegExp; most: number; from?: number; to?: number }> = {
  FREQ: { item: /^(HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/, most: 1 },
  INTERVAL: { item: /^\d{1,4}$/, most: 1, from: 1, to: 1000 },
  COUNT: { item: /^\d{1,4}$/, most: 1, from: 1, to: 1000 },
  UNTIL: { item: /^\d{8}(T\d{6}Z?)?$/, most: 1 },
  WKST: { item: new RegExp(`^${weekday}$`), most: 1 },
  BYMONTH: { item: /^\d{1,2}$/, most: 12, from: 1, to: 12 },
  BYWEEKNO: { item: /^[+-]?\d{1,2}$/, most: 53, from: 1, to: 53 },
  BYYEARDAY: { item: /^[+-]?\d{1,3}$/, most: 100, from: 1, to: 366 },
  BYMONTHDAY: { item: /^[+-]?\d{1,2}$/, most: 31, from: 1, to: 31 },
  BYDAY: { item: new RegExp(`^([+-]?[1-9]\\d?)?${weekday}$`), most: 35 },
  BYHOUR: { item: /^\d{1,2}$/, most: 24, from: 0, to: 23 },
  // One minute of the hour, so that two occurrences are at least an hour apart.
  BYMINUTE: { item: /^\d{1,2}$/, most: 1, from: 0, to: 59 },
  BYSETPOS: { item: /^[+-]?\d{1,3}$/, most: 10, from: 1, to: 366 },
};

/**
 * Reads an RRULE of RFC 5545 as far as a series takes it: hourly at the most. Throws Problem 422 `invalid_rule` that
 * says what is wrong.
 */
export function parseRrule(rrule: string): ParsedRule {
  const text = rrule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "");
  // As it is given, since so it is stored.
  if (rrule.length > 500) throw invalidRule("It is longer than 500 characters.");
  const given = new Map<string, string>();
  for (const part of text.split(";")) {
    const [name = "", value = "", ...rest] = part.split("=");
    if (rest.length > 0 || value === "" || given.has(name))
      throw invalidRule(`${JSON.stringify(part.slice(0, 60))} is no part of a rule.`);
    checkPart(name, value);
    given.set(name, value);
  }
  checkTogether(given);
  const pattern = [...given].filter(([name]) => name !== "COUNT" && name !== "UNTIL");
  const count = given.get("COUNT");
  return {
    pattern: pattern.map(([name, value]) => `${name}=${value}`).join(";"),
    count: count === undefined ? null : Number(count),
    until: untilOf(given.get("UNTIL")),
  };
}

/** A rule that is refused, and why. */
export function invalidRule(why: string): Problem {
  const detail = `This recurrence can't be planned. ${why}`;
  return new Problem({
    status: 422,
    code: "invalid_rule",
    detail,
    errors: [{ pointer: "/rrule", detail }],
  });
}

function checkPart(name: string, value: string): void {
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (!part) {
    throw invalidRule(
      `${name.slice(0, 40)} is not taken; the parts are ${Object.keys(parts).join(", ")}.`,
    );
  }
  const items = value.split(",");
  const fits = (item: string) => {
    const amount = Math.abs(Number(item));
    return (
      part.item.test(item) && !(amount < (part.from ?? 0)) && !(amount > (part.to ?? Infinity))
    );
  };
  if (items.length > part.most || !items.every(fits)) {
    const hint =
      name === "FREQ"
        ? " It is one of HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY."
        : name === "BYMINUTE"
          ? " It is one minute, so that occurrences are at least an hour apart."
          : rangeOf(part);
    throw invalidRule(`${name} can't be ${value.slice(0, 60)}.${hint}`);
  }
}

/** In words, what a part may hold that is a number. */
function rangeOf({ item, most, from, to }: (typeof parts)[string]): string {
  if (from === undefined || to === undefined) return "";
  const fromEnd = item.test("-1") ? `, or from -${from} to -${to} counted from the end` : "";
  const many = most > 1 ? `; ${most} of them at the most` : "";
  return ` It is a number from ${from} to ${to}${fromEnd}${many}.`;
}

/** What RFC 5545, 3.3.10 says of parts that do not go together. */
function checkTogether(given: ReadonlyMap<string, string>): void {
  const freq = given.get("FREQ");
  const has = (name: string) => given.has(name);
  if (freq === undefined) throw invalidRule("FREQ is missing.");
  if (has("COUNT") && has("UNTIL")) throw invalidRule("COUNT and UNTIL do not go together.");
  if (has("BYWEEKNO") && freq !== "YEARLY") throw invalidRule("BYWEEKNO goes with FREQ=YEARLY.");
  if (has("BYYEARDAY") && freq !== "YEARLY" && freq !== "HOURLY")
    throw invalidRule("BYYEARDAY goes with FREQ=YEARLY.");
  if (has("BYMONTHDAY") && freq === "WEEKLY")
    throw invalidRule("BYMONTHDAY does not go with FREQ=WEEKLY.");
  const numbered = /\d/.test(given.get("BYDAY") ?? "");
  if (numbered && ((freq !== "MONTHLY" && freq !== "YEARLY") || has("BYWEEKNO")))
    throw invalidRule("Numbered days such as 2TU go with FREQ=MONTHLY or YEARLY.");
  const others = [...given.keys()].filter((name) => /^BY(?!SETPOS)/.test(name));
  if (has("BYSETPOS") && others.length === 0)
    throw invalidRule("BYSETPOS needs another BY part to choose from.");
}

function untilOf(until: string | undefined): ParsedRule["until"] {
  if (until === undefined) return null;
  const [, year, month, day, hour = "23", minute = "59", second = "59"] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?/.exec(until) ?? [];
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const instant = new Date(`${wall}Z`);
  // A date that does not exist is either no date to JavaScript, or another one.
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 19) !== wall)
    throw invalidRule(`UNTIL can't be ${until}.`);
  return until.endsWith("Z") ? { instant } : { wall };
}
