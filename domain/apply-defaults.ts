import type { ChannelDefaults } from "./schemas/channel-defaults.ts";
import { tagLinks, utmNames, type UtmValues } from "./tag-links.ts";

/** What the placeholders of a channel's defaults stand for. */
export interface DefaultFacts {
  /** The platform's name, such as `mastodon`. */
  platform: string;
  /** The channel's handle without `@`; its name where it has none. */
  channel: string;
  campaign: string | null;
  /** The post's id. */
  post: string;
}

/** What a template comes out as is cut to so many characters: a short one may name a long campaign many times. */
const longestValue = 200;

/** A post's texts as they are asked for at one channel: its own, then those of its further parts. */
export type Texts = readonly [string, ...string[]];

/**
 * The texts as they go out at a channel with these defaults: links get utm_ parameters in every part, the post itself
 * the signature and the hashtags that it does not hold. Null where the defaults change nothing. To apply them to what
 * came out changes nothing more. Pure.
 */
export function applyDefaults(
  texts: Texts,
  defaults: ChannelDefaults | null,
  facts: DefaultFacts,
): string[] | null {
  if (!defaults) return null;
  const values = valuesOf(defaults.utm, facts);
  const [first, ...further] = texts.map((text) => tagLinks(text, values));
  const whole = addHashtags(
    addSignature(first ?? "", tagLinks(defaults.signature, values)),
    defaults.hashtags,
  );
  const applied = [whole, ...further];
  return applied.every((text, index) => text === texts[index]) ? null : applied;
}

function valuesOf(utm: ChannelDefaults["utm"], facts: DefaultFacts): UtmValues {
  const known: Record<string, string> = { ...facts, campaign: facts.campaign ?? "" };
  return Object.fromEntries(
    utmNames.flatMap((name) => {
      const template = utm[name];
      if (template === undefined) return [];
      const value = template.replaceAll(/\{(\w+)\}/g, (_, fact: string) => known[fact] ?? "");
      return [[name, [...value].slice(0, longestValue).join("")]];
    }),
  );
}

function addSignature(text: string, signature: string): string {
  if (signature === "") return text;
  const lines = `\n${text.replaceAll(/\r\n?/g, "\n")}\n`;
  return lines.includes(`\n${signature}\n`) ? text : paragraphs(text, signature);
}

function addHashtags(text: string, hashtags: readonly string[]): string {
  const held = hashtagsIn(text);
  const missing = hashtags.filter((tag) => {
    const key = keyOf(tag);
    const is = held.has(key);
    held.add(key);
    return !is;
  });
  if (missing.length === 0) return text;
  return paragraphs(text, missing.map((tag) => `#${tag}`).join(" "));
}

/** A fragment of a link is none. */
function hashtagsIn(text: string): Set<string> {
  const found = text.matchAll(/(?<![\p{L}\p{M}\p{N}_&/#＃])[#＃]([\p{L}\p{M}\p{N}_]+)/gu);
  return new Set([...found].map(([, tag]) => keyOf(tag ?? "")));
}

function keyOf(tag: string): string {
  return tag.normalize("NFKC").toLowerCase();
}

function paragraphs(text: string, more: string): string {
  const before = text.trimEnd();
  return before === "" ? more : `${before}\n\n${more}`;
}
