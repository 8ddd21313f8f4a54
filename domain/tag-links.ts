/** Query parameters that a text's links are to carry, without their prefix `utm_`; in the order in which they are added. */
export type UtmValues = Partial<Record<(typeof utmNames)[number], string>>;

export const utmNames = ["source", "medium", "campaign", "term", "content"] as const;

/** What ends a sentence and not a link. */
const closing = /[.,;:!?'"…。、！？»”’>)\]}）】」』]$/u;
const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** No text may be as long: more would be refused in any case, and cost much memory. UTF-16 units. */
const longestText = 200_000;

/**
 * The text with utm_ parameters added to its http and https links. A link that has any utm_ parameter of its own stays
 * as it is, so that doing it twice is doing it once. Nothing else of a link changes. Once the text is longer than any
 * platform takes, further links stay as they are. Pure.
 */
export function tagLinks(text: string, values: UtmValues): string {
  const query = utmNames
    .flatMap((name) => {
      const value = values[name]?.trim() ?? "";
      return value === "" ? [] : [`utm_${name}=${encodeURIComponent(value.toWellFormed())}`];
    })
    .join("&");
  if (query === "") return text;
  let length = text.length;
  return text.replaceAll(/\bhttps?:\/\/[^\s<>"]+/giu, (run) => {
    if (length > longestText) return run;
    const link = withoutClosing(run);
    const tagged = addQuery(link, query);
    length += tagged.length - link.length;
    return tagged + run.slice(link.length);
  });
}

/** A closing bracket belongs to the link where its opening one does. */
function withoutClosing(run: string): string {
  // Counted once: a text may end in as many of them as it is long.
  const left = new Map([..."()[]{}"].map((bracket) => [bracket, count(run, bracket)]));
  let end = run.length;
  for (; end > 0; end -= 1) {
    const last = run.charAt(end - 1);
    if (!closing.test(last)) break;
    const opening = pairs[last];
    if (opening === undefined) continue;
    const closings = left.get(last) ?? 0;
    if ((left.get(opening) ?? 0) >= closings) break;
    left.set(last, closings - 1);
  }
  return run.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function addQuery(link: string, query: string): string {
  if (!URL.canParse(link)) return link;
  const hash = link.indexOf("#");
  const [address, fragment] = hash < 0 ? [link, ""] : [link.slice(0, hash), link.slice(hash)];
  if (/[?&]utm_/i.test(address)) return link;
  return `${address}${jointOf(address)}${query}${fragment}`;
}

/** Only the first question mark begins the query; a further one belongs to it. */
function jointOf(address: string): string {
  const start = address.indexOf("?");
  if (start < 0) return "?";
  return start === address.length - 1 || address.endsWith("&") ? "" : "&";
}
