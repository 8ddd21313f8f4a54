import { MediaError } from "#domain/errors.ts";
import { SOUND_END } from "../video/mp4-options.ts";

/** What is laid under a picture, and how. */
export interface SoundtrackChoice {
  /** `music` gives way to the picture's own sound, which gives way to `speech`. Default `music`. */
  kind?: "music" | "speech";
  /** The part of the sound that is taken; default: all. */
  startSecond?: number;
  endSecond?: number;
  /** Whether it begins again when it ends before the picture; default false. */
  loop?: boolean;
  /** Default 0, and 1 for music. */
  fadeInSeconds?: number;
  fadeOutSeconds?: number;
  /** How much louder (dB) than it is; default −8 for music above which something is heard, else 0. */
  gainDb?: number;
  /** Whether the picture's own sound stays; default true. */
  keepOwnSound?: boolean;
}

/** Evens out the other while this is heard, quickly enough for words and slowly enough not to pump. */
const DUCK = "sidechaincompress=threshold=0.02:ratio=10:attack=15:release=450:level_sc=2";

/**
 * A filter graph with one open end: a sound as long as the picture. `sound` and `own` are numbers of inputs; without
 * `own` there is nothing to mix it with. Pure. Throws MediaError `too_short` when nothing of the sound is left to take.
 */
export function soundtrackChain(input: {
  sound: number;
  soundSeconds: number;
  own?: number | undefined;
  /** Of the picture. */
  seconds: number;
  choice: SoundtrackChoice;
}): string {
  const { sound, seconds, choice } = input;
  const own = choice.keepOwnSound === false ? undefined : input.own;
  const isMusic = choice.kind !== "speech";
  const start = Math.max(0, choice.startSecond ?? 0);
  const end = Math.min(choice.endSecond ?? input.soundSeconds, input.soundSeconds, start + seconds);
  const taken = end - start;
  if (taken <= 0.05) {
    throw new MediaError(
      `the sound has ${input.soundSeconds.toFixed(1)} s; there is nothing to take from second ${start} on`,
      { code: "too_short" },
    );
  }
  const loops = choice.loop === true && taken < seconds;
  const heard = loops ? seconds : Math.min(taken, seconds);
  const fadeIn = Math.min(choice.fadeInSeconds ?? 0, heard / 2);
  const fadeOut = Math.min(choice.fadeOutSeconds ?? (isMusic ? 1 : 0), heard / 2);
  const gain = choice.gainDb ?? (isMusic && own !== undefined ? -8 : 0);
  const whole = `apad,atrim=end=${seconds}`;
  const laid = [
    `[${sound}:a:0]atrim=start=${start}:end=${end}`,
    "asetpts=PTS-STARTPTS",
    SOUND_END,
    ...(loops ? [`aloop=loop=-1:size=${Math.floor(taken * 48_000)}`, `atrim=end=${seconds}`] : []),
    ...(gain === 0 ? [] : [`volume=${gain}dB`]),
    ...(fadeIn > 0 ? [`afade=t=in:d=${fadeIn}`] : []),
    ...(fadeOut > 0 ? [`afade=t=out:st=${heard - fadeOut}:d=${fadeOut}`] : []),
    whole,
  ].join(",");
  if (own === undefined) return laid;
  const kept = `[${own}:a:0]${SOUND_END},${whole}`;
  const [below, above] = isMusic ? [laid, kept] : [kept, laid];
  return [
    `${below}[below]`,
    `${above},asplit[above][key]`,
    `[below][key]${DUCK}[ducked]`,
    "[above][ducked]amix=inputs=2:duration=first:normalize=0",
  ].join(";");
}
