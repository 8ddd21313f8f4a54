import { withoutDirectives } from "./directives.ts";

export interface Topic {
  /** A noun phrase in the writer's own words, without an article: `sourdough workshops`. */
  phrase: string;
  /** Other words of weight, in the order of the text. */
  keywords: string[];
}

const nothingSaid: Topic = { phrase: "something good", keywords: [] };

// Words that a prompt opens with and that say what to do rather than what it is about.
const orders = words(
  "a an the our my your their his her this that these those some any one new please kindly can could would you i we us it is are be me",
  "mention include tell talk speak explain describe highlight sell write create make generate post draft compose share design draw paint show promote announce introduce give plan prepare publish advertise invite remind welcome encourage ask bring visit come join us people customers guests everyone everybody readers followers",
  "short friendly small little quick nice simple good great social media marketing caption captions text texts tweet status update message copy",
  "character characters hashtag hashtags emoji emojis brief brand voice posts image picture photo photograph illustration instagram facebook linkedin bluesky mastodon daily weekly about for on of with want need to and",
);

// Where a noun phrase ends, once it holds something.
const ends = words(
  "that which who whom because to by so but when where while from if then than as is are was were be has have had will would can could should must",
  "keep use never always do don't please not no",
);

const light = words(
  "a an the and or of in on at for with without our my your their his her its this that these those to by from into over under about as is are",
  "be we you they it he she i us them me who which what when where how every each all some any very more most just only also",
);

/** Finds what a prompt is about, without understanding it: the phrase after "about" and its kin, or else its first words. */
export function findTopic(prompt: string): Topic {
  const text = withoutDirectives(prompt)
    .replace(/<[^>]{0,80}>/gu, " ")
    .replace(/https?:\/\/\S+/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  const marked =
    /(?:^|\s)(?:about|announcing|introducing|promoting|featuring|promote|announce|introduce|advertise)\s+([^.!?;:,\n()]+)/iu.exec(
      text,
    );
  const sentence = text.split(/[.!?;:,\n()]/u).find((part) => /[\p{L}\p{N}]/u.test(part)) ?? "";
  const phrase = nounPhrase(marked?.[1] ?? "") || nounPhrase(sentence) || nounPhrase(text);
  if (phrase === "") return nothingSaid;

  const inPhrase = new Set(tokens(phrase).map(plain));
  const keywords: string[] = [];
  for (const token of tokens(text)) {
    const word = plain(token);
    if (
      [...word].length < 5 ||
      [...word].length > 24 ||
      light.has(word) ||
      orders.has(word) ||
      ends.has(word)
    )
      continue;
    if (inPhrase.has(word) || keywords.some((keyword) => plain(keyword) === word)) continue;
    keywords.push(token);
    if (keywords.length === 6) break;
  }
  return { phrase, keywords };
}

function nounPhrase(text: string): string {
  const taken: string[] = [];
  for (const token of tokens(text)) {
    const word = plain(token);
    if (taken.length === 0 && orders.has(word)) continue;
    if (taken.length > 0 && (ends.has(word) || (word === "and" && taken.length >= 3))) break;
    taken.push(token);
    if (taken.length === 6) break;
  }
  while (taken.length > 0 && light.has(plain(taken.at(-1) ?? ""))) taken.pop();
  // Scripts without spaces make one long word of a sentence.
  return [...taken.join(" ")].slice(0, 60).join("").trim();
}

function tokens(text: string): string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’&-]*/gu) ?? [];
}

function plain(word: string): string {
  return word.toLowerCase().replace(/’/gu, "'");
}

function words(...lists: string[]): ReadonlySet<string> {
  return new Set(lists.join(" ").split(" "));
}
