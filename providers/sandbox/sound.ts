/** Sound as it is computed: one row of samples, -1…1, for each channel, all of one length. */
export interface Sound {
  /** Samples a second. */
  rate: number;
  channels: Float32Array[];
}

/** Silence of exactly `seconds`. */
export function silence({
  seconds,
  rate,
  channels,
}: {
  seconds: number;
  rate: number;
  channels: number;
}): Sound {
  const length = Math.round(seconds * rate);
  return { rate, channels: Array.from({ length: channels }, () => new Float32Array(length)) };
}

/** Makes a sound as loud as `peak` at its loudest; silence stays so. Changes it in place. */
export function normalise(sound: Sound, peak = 0.7): Sound {
  let loudest = 0;
  for (const row of sound.channels)
    for (const sample of row) loudest = Math.max(loudest, Math.abs(sample));
  if (loudest === 0) return sound;
  for (const row of sound.channels)
    for (let at = 0; at < row.length; at += 1) row[at] = ((row[at] ?? 0) * peak) / loudest;
  return sound;
}
