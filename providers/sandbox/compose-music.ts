import { seededRandom } from "./seeded-random.ts";

/** A note of a piece: when it begins and how long it sounds in seconds, its pitch in hertz. */
export interface Note {
  start: number;
  seconds: number;
  hertz: number;
  /** 0…1. */
  loudness: number;
  /** Left -1 … right 1. */
  pan: number;
  part: "pad" | "bass" | "melody";
}

/** Steps above the key note, in semitones. */
const major: readonly number[] = [0, 2, 4, 5, 7, 9, 11];
const minor: readonly number[] = [0, 2, 3, 5, 7, 8, 10];

/** Chords by the step of the scale that they stand on. */
const progressions: readonly [readonly number[], ...(readonly number[])[]] = [
  [0, 4, 5, 3],
  [0, 5, 3, 4],
  [0, 3, 0, 4],
  [5, 3, 0, 4],
];

/** Writes a calm piece of exactly that length: chords, a bass and a melody, by seed alone. Pure. */
export function composeMusic({ seed, seconds }: { seed: string; seconds: number }): Note[] {
  const random = seededRandom(`music/${seed}`);
  const scale = random.pick([major, minor, major]);
  const chords = random.pick(progressions);
  const key = random.integer(45, 54);
  const beat = 60 / random.integer(76, 112);
  const bar = beat * 4;
  /** In hertz, of the n-th step of the scale above the key note; 69 is A at 440. */
  const hertz = (step: number): number => {
    const octave = Math.floor(step / scale.length);
    const inScale = scale[step - octave * scale.length] ?? 0;
    return 440 * 2 ** ((key + 12 * octave + inScale - 69) / 12);
  };
  const notes: Note[] = [];
  const add = (note: Note): void => {
    if (note.start >= seconds) return;
    notes.push({ ...note, seconds: Math.min(note.seconds, seconds - note.start) });
  };
  let step = random.integer(7, 11);
  for (let index = 0; index * bar < seconds; index += 1) {
    const start = index * bar;
    const root = chords[index % chords.length] ?? 0;
    for (const [voice, third] of [0, 2, 4].entries()) {
      const pan = (voice - 1) * 0.5;
      const pad = { start, seconds: bar * 1.05, hertz: hertz(root + third), loudness: 0.22 };
      add({ ...pad, pan, part: "pad" });
    }
    for (const at of [0, 2]) {
      const low = { start: start + at * beat, seconds: beat * 1.8, hertz: hertz(root) / 2 };
      add({ ...low, loudness: 0.4, pan: 0, part: "bass" });
    }
    for (let half = 0; half < 8; half += 1) {
      if (random.next() < (half % 2 === 0 ? 0.25 : 0.6)) continue;
      step = Math.min(14, Math.max(6, step + random.integer(-2, 2)));
      // On a beat it is a note of the chord.
      const sung = half % 4 === 0 ? root + 7 : step;
      const length = beat * random.pick([0.5, 1, 1.5]);
      const tone = { start: start + half * (beat / 2), seconds: length, hertz: hertz(sung) };
      add({ ...tone, loudness: 0.32, pan: 0.25, part: "melody" });
    }
  }
  return notes;
}
