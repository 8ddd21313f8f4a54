import type { PromptFacts } from "./read-prompt.ts";
import { seededRandom } from "./seeded-random.ts";

/** Ends every text long enough to carry it, so that nobody takes it for a language model's work. */
export const sandboxLabel = "(Sandbox text.)";

type Phrases = readonly [string, ...string[]];

// Every sentence works with any noun phrase, singular or plural: no verb agrees with the topic, no article precedes it.
const openers: Phrases = [
  "Say hello to {topic}.",
  "Today is all about {topic}.",
  "Ready for {topic}?",
  "{Topic}: small details, big difference.",
  "A little more {topic} for your week.",
  "Here is something we love: {topic}.",
  "Take a closer look at {topic}.",
  "{Topic}, made with care.",
];
const openersByTone: Record<string, Phrases> = {
  playful: ["Psst: {topic}!", "Plot twist: {topic}!"],
  bold: ["{Topic}. No compromise.", "Make room for {topic}."],
  calm: ["Slow down. Breathe in. Enjoy {topic}.", "A quiet moment with {topic}."],
  warm: ["From us to you: {topic}.", "Come in and enjoy {topic}."],
  formal: ["We are pleased to present {topic}.", "An update from our team: {topic}."],
};
const middles: Phrases = [
  "We kept what matters and left out the rest.",
  "Every step is done by people who care.",
  "It starts with a simple idea and a lot of practice.",
  "Good things take time, and this one was worth it.",
  "You asked for it, and we listened.",
  "There is a story behind it, and we are happy to share it.",
];
const details: Phrases = [
  "Think {one} and {two}.",
  "A touch of {one}, a little {two}.",
  "On our minds this week: {one} and {two}.",
];
const closers: Phrases = [
  "Tell us what you think.",
  "Come by and see for yourself.",
  "Save this for later and share it with a friend.",
  "What would you like to see next?",
  "Find out more on our page.",
];
const emoji: Phrases = ["✨", "🌿", "☕", "🎉", "🙌"];

const tones: Record<string, string> = {
  funny: "playful",
  cheeky: "playful",
  quiet: "calm",
  friendly: "warm",
  cosy: "warm",
  cozy: "warm",
  professional: "formal",
  serious: "formal",
};

/**
 * A short caption of whole sentences about the topic, at most `limit` UTF-16 units long (which is never less than its
 * graphemes). The same facts and limit give the same caption.
 */
export function writeCaption({ facts, limit }: { facts: PromptFacts; limit: number }): string {
  const random = seededRandom(`caption/${facts.seed}`);
  const tone = tones[facts.tone] ?? facts.tone;
  const ownOpeners = openersByTone[tone];
  const opener =
    ownOpeners !== undefined && random.next() < 0.6
      ? random.pick(ownOpeners)
      : random.pick(openers);
  const [one, two] = facts.topic.keywords;
  const wanted = [
    opener,
    ...(one !== undefined && two !== undefined && random.next() < 0.6
      ? [random.pick(details)]
      : []),
    random.pick(middles),
    random.pick(closers),
  ].map((sentence) =>
    sentence
      .replace("{topic}", () => facts.topic.phrase)
      .replace("{Topic}", () => capital(facts.topic.phrase))
      .replace("{one}", () => one ?? "")
      .replace("{two}", () => two ?? ""),
  );
  const extras = [
    ...(facts.emoji ? [random.pick(emoji)] : []),
    ...(facts.hashtags
      ? facts.topic.keywords
          .slice(0, 2)
          .map(hashtag)
          .filter((tag) => tag !== "")
      : []),
  ].join(" ");

  const room = limit >= 60 ? limit - sandboxLabel.length - 1 : limit;
  const body = withinLimit({ sentences: wanted, limit: room });
  const withExtras =
    extras !== "" && body.length + 1 + extras.length <= room ? `${body} ${extras}` : body;
  return limit >= 60 ? `${withExtras} ${sandboxLabel}` : withExtras;
}

/** As many whole sentences as fit; where not even the first does, the shortest thing that is still a sentence. */
export function withinLimit({
  sentences,
  limit,
}: {
  sentences: readonly string[];
  limit: number;
}): string {
  const [first = "", ...rest] = sentences;
  if (first.length > limit) {
    const short = ["Something good.", "New today.", "New!", "!"].find(
      (text) => text.length <= limit,
    );
    return short ?? "";
  }
  let text = first;
  for (const sentence of rest) {
    if (text.length + 1 + sentence.length > limit) break;
    text = `${text} ${sentence}`;
  }
  return text;
}

export function capital(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
}

function hashtag(word: string): string {
  const letters = word.replace(/[^\p{L}\p{M}\p{N}]/gu, "");
  return letters === "" ? "" : `#${letters}`;
}
