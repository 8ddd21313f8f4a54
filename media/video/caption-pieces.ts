/** What is said from one moment to another, as a transcript has it. */
export interface Segment {
  startSecond: number;
  endSecond: number;
  text: string;
}

/** Two lines in a lying video, three in an upright one: what can be read at a glance. */
const MAX_CHARACTERS = 76;
/** More would be no transcript. */
const MAX_PIECES = 5000;

/** Characters that show nothing and only confuse; tabs and line ends are spaces. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/gu;

/** Words joined to lines of at most MAX_CHARACTERS; what has no spaces is cut. */
function cutText(text: string): string[] {
  const words = text.split(" ").flatMap((word) => {
    const characters = [...word];
    const count = Math.ceil(characters.length / MAX_CHARACTERS);
    return Array.from({ length: count }, (_one, index) =>
      characters.slice(index * MAX_CHARACTERS, (index + 1) * MAX_CHARACTERS).join(""),
    );
  });
  const pieces: string[] = [];
  for (const word of words) {
    const joined = pieces.length === 0 ? word : `${pieces.at(-1)} ${word}`;
    if ([...joined].length <= MAX_CHARACTERS && pieces.length > 0)
      pieces[pieces.length - 1] = joined;
    else pieces.push(word);
  }
  return pieces;
}

/**
 * What is shown when: short pieces in the order of time that never overlap, inside the video. Whatever segments come, it
 * gives the sensible part of them. Pure.
 */
export function captionPieces(segments: Segment[], seconds: number): Segment[] {
  const inOrder = segments
    .filter(({ startSecond, endSecond }) => startSecond >= 0 && endSecond > startSecond)
    .toSorted((a, b) => a.startSecond - b.startSecond);
  const pieces = inOrder.flatMap(({ startSecond, endSecond, text }, index) => {
    const next = inOrder[index + 1]?.startSecond ?? seconds;
    const end = Math.min(endSecond, next, seconds);
    const shown = text.replaceAll(/\s+/gu, " ").replaceAll(INVISIBLE, "").trim();
    if (shown === "" || end - startSecond < 0.05) return [];
    const parts = cutText(shown);
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    let from = startSecond;
    return parts.map((part) => {
      const to = from + ((end - startSecond) * part.length) / total;
      const piece = { startSecond: from, endSecond: to, text: part };
      from = to;
      return piece;
    });
  });
  return pieces.slice(0, MAX_PIECES);
}
