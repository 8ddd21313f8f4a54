import { setImmediate as turn } from "node:timers/promises";
import { composeMusic, type Note } from "./compose-music.ts";
import { normalise, silence, type Sound } from "./sound.ts";

const rate = 44_100;
const notesPerTurn = 8;

/** How each part sounds: its harmonics, how fast it swells (seconds) and how fast it dies away (per second). */
const instruments: Record<Note["part"], { harmonics: number[]; attack: number; decay: number }> = {
  pad: { harmonics: [1, 0.3, 0.12], attack: 0.4, decay: 0.15 },
  bass: { harmonics: [1, 0.5, 0.25], attack: 0.02, decay: 1.6 },
  melody: { harmonics: [1, 0.2, 0.35, 0.1], attack: 0.015, decay: 3 },
};

/** Plays a seeded piece of exactly that length, in stereo, fading in and out. */
export async function playMusic({
  seed,
  seconds,
  signal,
}: {
  seed: string;
  seconds: number;
  signal?: AbortSignal | undefined;
}): Promise<Sound> {
  const sound = silence({ seconds, rate, channels: 2 });
  for (const [index, note] of composeMusic({ seed, seconds }).entries()) {
    if (index % notesPerTurn === 0) {
      signal?.throwIfAborted();
      await turn();
    }
    playNote(sound, note);
  }
  return fade(normalise(sound), { fadeIn: 0.2, fadeOut: Math.min(1.5, seconds / 4) });
}

function playNote({ channels: [left, right] }: Sound, note: Note): void {
  if (left === undefined || right === undefined) return;
  const { harmonics, attack, decay } = instruments[note.part];
  const from = Math.round(note.start * rate);
  const length = Math.min(left.length - from, Math.round(note.seconds * rate));
  const release = Math.min(0.08, note.seconds / 3);
  const step = (2 * Math.PI * note.hertz) / rate;
  const toLeft = note.loudness * (1 - note.pan) * 0.5;
  const toRight = note.loudness * (1 + note.pan) * 0.5;
  for (let index = 0; index < length; index += 1) {
    const at = index / rate;
    const envelope =
      Math.min(1, at / attack) * Math.exp(-decay * at) * Math.min(1, (note.seconds - at) / release);
    let value = 0;
    for (const [number, strength] of harmonics.entries())
      value += strength * Math.sin(step * index * (number + 1));
    left[from + index] = (left[from + index] ?? 0) + value * envelope * toLeft;
    right[from + index] = (right[from + index] ?? 0) + value * envelope * toRight;
  }
}

/** Both in seconds. Changes the sound in place. */
export function fade(
  sound: Sound,
  { fadeIn, fadeOut }: { fadeIn: number; fadeOut: number },
): Sound {
  for (const row of sound.channels) {
    const seconds = row.length / sound.rate;
    for (let index = 0; index < row.length; index += 1) {
      const at = index / sound.rate;
      const share = Math.min(1, at / fadeIn, (seconds - at) / fadeOut);
      if (share < 1) row[index] = (row[index] ?? 0) * share;
    }
  }
  return sound;
}
