import type { Enhancement } from "./enhancements.ts";
import type { InputMedia, InputRole } from "./generation-tasks.ts";

/** What a model takes, as far as a request is held against it: a part of its entry. */
export interface ModelLimits {
  id: string;
  inputs?: Partial<Record<InputRole, InputLimit>>;
  settings?: ModelSettings;
  maxPromptLength?: number;
}

export interface InputLimit {
  media: InputMedia;
  /** How many of them at most. */
  max: number;
  /** How many at least; none where it is absent. */
  min?: number;
  /** Media types that are taken. */
  types: readonly string[];
  /** Of each. */
  maxBytes?: number;
  maxSeconds?: number;
}

/** What may be set, with what is allowed; a setting that is absent is refused. */
export interface ModelSettings {
  /** `{width}x{height}` in pixels; the first is what is made unless told otherwise. */
  sizes?: readonly string[];
  /** `{width}:{height}`; the first is the default. */
  aspectRatios?: readonly string[];
  /** Of videos, as the provider names them by height: `720p`. The first is the default. */
  resolutions?: readonly string[];
  /** Lengths of an output in whole seconds; the first is the default. */
  seconds?: readonly number[];
  voices?: readonly { id: string; title: string }[];
  /** File types of audio that may be asked for: `mp3`, `wav`. The first is the default. */
  formats?: readonly string[];
  /** Whether speech may be slower or faster (0.25 to 4) and told how to sound. */
  speed?: boolean;
  instructions?: boolean;
  /** Whether the language of speech may be told (BCP 47). */
  language?: boolean;
  /** Whether a video may be made with sound, and without. */
  sound?: boolean;
  seed?: boolean;
  temperature?: boolean;
  maxOutputTokens?: number;
  /** Of `enhance_video`. */
  enhancements?: readonly Enhancement[];
}
