import { setImmediate as turn } from "node:timers/promises";
import { fade } from "./play-music.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import { normalise, silence, type Sound } from "./sound.ts";

const rate = 44_100;
const samplesPerTurn = 20_000;

/** Gives the layer's sample at a time in seconds; called for each sample in their order. */
type Layer = (at: number) => number;

/** A seeded noise of exactly that length: wind, sweeps, drops and knocks, a few of them together. */
export async function playEffect({
  seed,
  seconds,
  signal,
}: {
  seed: string;
  seconds: number;
  signal?: AbortSignal | undefined;
}): Promise<Sound> {
  const random = seededRandom(`effect/${seed}`);
  const layers = Array.from({ length: random.integer(2, 3) }, () =>
    random.pick([wind, sweep, drops, knocks])(random, seconds),
  );
  const sound = silence({ seconds, rate, channels: 1 });
  const [row = new Float32Array()] = sound.channels;
  for (let index = 0; index < row.length; index += 1) {
    if (index % samplesPerTurn === 0) {
      signal?.throwIfAborted();
      await turn();
    }
    row[index] = layers.reduce((sum, layer) => sum + layer(index / rate), 0);
  }
  return fade(normalise(sound), { fadeIn: 0.02, fadeOut: Math.min(0.4, seconds / 4) });
}

/** Noise through a low-pass that opens and closes. */
function wind(random: SeededRandom): Layer {
  const noise = whiteNoise(random);
  const [breath, phase] = [0.15 + random.next() * 0.5, random.next() * 6];
  let held = 0;
  return (at) => {
    const opening = 0.02 + 0.05 * (1 + Math.sin(2 * Math.PI * breath * at + phase));
    held += opening * (noise() - held);
    return held * 2;
  };
}

/** A tone that glides from one pitch to another. */
function sweep(random: SeededRandom, seconds: number): Layer {
  const [from, to] = [120 + random.next() * 500, 300 + random.next() * 1800];
  let phase = 0;
  return (at) => {
    phase += (2 * Math.PI * (from * (to / from) ** (at / seconds))) / rate;
    return 0.5 * Math.sin(phase) * Math.sin((Math.PI * at) / seconds);
  };
}

/** Short bright tones that die away. */
function drops(random: SeededRandom, seconds: number): Layer {
  const each = Array.from({ length: Math.ceil(seconds * 3) }, () => ({
    start: random.next() * seconds,
    hertz: 700 + random.next() * 1500,
  }));
  return sumOf(
    each,
    (since, { hertz }) => Math.sin(2 * Math.PI * hertz * since) * decay(since, 18),
  );
}

/** Low dull beats. */
function knocks(random: SeededRandom, seconds: number): Layer {
  const gap = 0.3 + random.next() * 0.5;
  const hertz = 60 + random.next() * 60;
  const each = Array.from({ length: Math.ceil(seconds / gap) }, (_, index) => ({
    start: index * gap,
  }));
  return sumOf(each, (since) => 1.4 * Math.sin(2 * Math.PI * hertz * since) * decay(since, 14));
}

function sumOf<T extends { start: number }>(
  each: readonly T[],
  sound: (since: number, one: T) => number,
): Layer {
  return (at) =>
    each.reduce((sum, one) => {
      const since = at - one.start;
      // After half a second nothing is heard of it.
      return since < 0 || since > 0.5 ? sum : sum + sound(since, one);
    }, 0);
}

function decay(since: number, speed: number): number {
  return Math.exp(-speed * since) * Math.min(1, since / 0.004);
}

/** -1…1. A generator of its own, because a hash for every few samples would be slow. */
function whiteNoise(random: SeededRandom): () => number {
  let state = random.integer(1, 2 ** 31 - 1);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
