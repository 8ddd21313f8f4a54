import { setImmediate as turn } from "node:timers/promises";
import { planSyllables, type Sounding } from "./plan-syllables.ts";
import { normalise, silence, type Sound } from "./sound.ts";

const rate = 22_050;
const syllablesPerTurn = 50;
/** How strong the first, second, … harmonic is. */
const harmonics = [1, 0.45, 0.2, 0.08];

/** Speech where no synthesizer is installed: a soft tone for each syllable, at a voice's pitch in hertz. */
export async function speakInTones({
  text,
  pitch,
  signal,
}: {
  text: string;
  pitch: number;
  signal?: AbortSignal | undefined;
}): Promise<Sound> {
  const plan = planSyllables({ text, seed: text });
  const sound = silence({
    seconds: plan.reduce((sum, { seconds }) => sum + seconds, 0) + 0.1,
    rate,
    channels: 1,
  });
  const [row = new Float32Array()] = sound.channels;
  let start = 0;
  for (const [index, one] of plan.entries()) {
    if (index % syllablesPerTurn === 0) {
      signal?.throwIfAborted();
      await turn();
    }
    if (one.kind === "tone") addTone({ row, start: Math.round(start * rate), one, pitch });
    start += one.seconds;
  }
  return normalise(sound, 0.6);
}

function addTone({
  row,
  start,
  one,
  pitch,
}: {
  row: Float32Array;
  /** In samples. */
  start: number;
  one: Extract<Sounding, { kind: "tone" }>;
  pitch: number;
}): void {
  const length = Math.round(one.seconds * rate);
  const step = (2 * Math.PI * pitch * one.pitch) / rate;
  for (let index = 0; index < length && start + index < row.length; index += 1) {
    // Swells and fades like half a wave, so that neighbours don't click.
    const envelope = Math.sin((Math.PI * index) / length);
    let value = 0;
    for (const [number, strength] of harmonics.entries())
      value += strength * Math.sin(step * index * (number + 1));
    row[start + index] = (row[start + index] ?? 0) + value * envelope;
  }
}
