import type { Enhancement } from "./enhancements.ts";

/** What may be set for a generation; which of it a model takes is in its entry, and the API refuses the rest. */
export interface GenerationSettings {
  /** `{width}x{height}` in pixels. */
  size?: string | undefined;
  /** `{width}:{height}`. */
  aspectRatio?: string | undefined;
  /** Of a video, by its height: `720p`. */
  resolution?: string | undefined;
  /** Length of what is made, in whole seconds. */
  seconds?: number | undefined;
  voice?: string | undefined;
  /** File type of audio: `mp3`, `wav`. */
  format?: string | undefined;
  /** Of speech: 1 is as usual. */
  speed?: number | undefined;
  /** How speech is to sound. */
  instructions?: string | undefined;
  /** BCP 47. */
  language?: string | undefined;
  /** Whether a video has sound. */
  sound?: boolean | undefined;
  seed?: number | undefined;
  temperature?: number | undefined;
  maxOutputTokens?: number | undefined;
  enhancements?: Enhancement[] | undefined;
  /** The transcription whose words are burnt in as captions: a generation's id. */
  captionsFrom?: string | undefined;
}
