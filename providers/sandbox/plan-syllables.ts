import { seededRandom } from "./seeded-random.ts";

/** A stretch of tones in place of speech, in seconds. */
export type Sounding =
  | { kind: "tone"; seconds: number; /** Times the voice's own pitch. */ pitch: number }
  | { kind: "pause"; seconds: number };

const perSyllable = 0.17;
const pauses: readonly [RegExp, number][] = [
  [/[.!?…。！？\n]/u, 0.4],
  [/[,;:—–、，；]/u, 0.2],
];

/** A soft tone for each syllable of a text, as near as letters tell, falling towards the end of each sentence. Pure. */
export function planSyllables({ text, seed }: { text: string; seed: string }): Sounding[] {
  const random = seededRandom(`syllables/${seed}`);
  const plan: Sounding[] = [];
  let since = 0;
  for (const [token = ""] of text.matchAll(/[\p{L}\p{M}\p{N}'’]+|[^\p{L}\p{M}\p{N}'’]+/gu)) {
    if (!/[\p{L}\p{N}]/u.test(token)) {
      const [, seconds] = pauses.find(([signs]) => signs.test(token)) ?? [undefined, 0.06];
      if (plan.length > 0) plan.push({ kind: "pause", seconds });
      if (seconds === 0.4) since = 0;
      continue;
    }
    for (let left = countSyllables(token); left > 0; left -= 1) {
      const fall = Math.max(0.8, 1.12 - since * 0.025);
      const pitch = fall * (0.96 + random.next() * 0.08);
      plan.push({ kind: "tone", seconds: perSyllable * (0.85 + random.next() * 0.3), pitch });
      since += 1;
    }
  }
  if (!plan.some(({ kind }) => kind === "tone"))
    return [{ kind: "tone", seconds: perSyllable, pitch: 1 }];
  return plan;
}

/** Groups of vowels where letters show them; a syllable for each sign of Chinese, Japanese and Korean. Pure. */
export function countSyllables(word: string): number {
  const signs = word.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length;
  const plain = word.normalize("NFD").toLowerCase();
  const vowels = plain.match(/[aeiouyæøœаеёиоуыэюяіїєαεηιουω]\p{M}*(?:[aeiouyæøœ]\p{M}*)*/gu);
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  if (signs !== undefined) return signs + digits;
  if (vowels !== null) return vowels.length + digits;
  // Scripts that write no vowels.
  return Math.max(1, digits, Math.ceil([...word].length / 2.5));
}
