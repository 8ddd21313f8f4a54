import { seededRandom } from "./seeded-random.ts";

/** Begins every transcript, so that nobody takes it for what was said. */
export const transcriptLabel = "[sandbox transcript]";

export interface TimedText {
  text: string;
  startSecond: number;
  endSecond: number;
}

export interface Transcript {
  text: string;
  segments: TimedText[];
  words: TimedText[];
}

const wordsPerSecond = 2.2;
const vocabulary = (
  "and then there was a quiet morning with coffee bread light water stones paper the window two friends " +
  "walked along river under tall trees while rain became softer people smiled small boats moved slowly past " +
  "old houses near market someone counted seven apples green door opened again music came from far away"
).split(" ") as [string, ...string[]];

/**
 * Words in place of what a file says, which the sandbox can't hear: laid over its length without a gap, a few seconds
 * to a segment, by seed alone. The label stands first. Pure.
 */
export function writeTranscript({ seed, seconds }: { seed: string; seconds: number }): Transcript {
  const random = seededRandom(`transcript/${seed}`);
  const segments: TimedText[] = [];
  const words: TimedText[] = [];
  const end = toMilliseconds(seconds);
  for (let start = 0; start < end;) {
    const wanted = toMilliseconds(start + 2 + random.next() * 2.5);
    // No scrap at the end.
    const until = end - wanted < 1 ? end : wanted;
    const count = Math.max(1, Math.round((until - start) * wordsPerSecond));
    const spoken = Array.from({ length: count }, () => random.pick(vocabulary));
    const sentence = `${capital(spoken.join(" "))}.`;
    const text = start === 0 ? `${transcriptLabel} ${sentence}` : sentence;
    segments.push({ text, startSecond: start, endSecond: until });
    const each = (until - start) / count;
    for (const [index, word] of spoken.entries()) {
      words.push({
        text: word,
        startSecond: toMilliseconds(start + index * each),
        endSecond: toMilliseconds(start + (index + 1) * each),
      });
    }
    start = until;
  }
  return { text: segments.map(({ text }) => text).join(" "), segments, words };
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
