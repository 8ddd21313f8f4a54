import { InvalidArgumentError } from "@ai-sdk/provider";
import type { SoundModel } from "#providers/contract.ts";
import { numberOf, readDirectives } from "./directives.ts";
import { failOnDemand } from "./fail-on-demand.ts";
import { playEffect } from "./play-effect.ts";
import { playMusic } from "./play-music.ts";
import { writeWav } from "./write-wav.ts";

export interface SandboxSoundModelOptions {
  modelId: string;
  task: "music" | "sound";
  /** Lengths that it makes; the first is the one used when none is asked for. */
  seconds: readonly number[];
}

/** Music and noises computed by seed; the same prompt, seed and length give the same WAV file. */
export function sandboxSoundModel({
  modelId,
  task,
  seconds: lengths,
}: SandboxSoundModelOptions): SoundModel {
  return {
    modelId,
    async generate({ task: asked, prompt, seconds = lengths[0], seed, signal }) {
      if (asked !== task) {
        const message = `This model makes ${task}, not ${asked}.`;
        throw new InvalidArgumentError({ argument: "task", message });
      }
      if (seconds === undefined || !lengths.includes(seconds)) {
        const message = `This model makes ${lengths.join(", ")} seconds.`;
        throw new InvalidArgumentError({ argument: "seconds", message });
      }
      const directives = readDirectives([prompt]);
      await failOnDemand({ directives, signal });
      const play = task === "music" ? playMusic : playEffect;
      const sound = await play({
        seed: String(seed ?? numberOf(directives, "seed") ?? prompt),
        seconds,
        signal,
      });
      return { data: new Uint8Array(writeWav(sound)), mediaType: "audio/wav" };
    },
  };
}
