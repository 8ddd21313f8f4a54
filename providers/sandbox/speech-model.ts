import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError, type SharedV4Warning, type SpeechModelV4 } from "@ai-sdk/provider";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { readDirectives, withoutDirectives } from "./directives.ts";
import { encodeSpeech, type SpeechFormat, speechFormats } from "./encode-speech.ts";
import { failOnDemand } from "./fail-on-demand.ts";
import { espeakExists, runEspeak } from "./run-espeak.ts";
import { speakInTones } from "./speak-in-tones.ts";
import { espeakLanguage, type Voice, voices } from "./voices.ts";
import { writeWav } from "./write-wav.ts";

export interface SandboxSpeechModelOptions {
  modelId: string;
  ffmpegPath: string;
  /** In UTF-16 code units. */
  maxTextLength: number;
  /** Whether to speak with espeak-ng; without it, whether it is installed decides. */
  espeak?: boolean;
}

/**
 * A speech model that speaks with espeak-ng where that is installed and hums a tone for each syllable where it is not;
 * the same text, voice and settings give the same sound.
 */
export function sandboxSpeechModel(options: SandboxSpeechModelOptions): SpeechModelV4 {
  const { modelId, ffmpegPath, maxTextLength } = options;
  return {
    specificationVersion: "v4",
    provider: "sandbox",
    modelId,
    async doGenerate({ text, voice, outputFormat, instructions, speed, language, abortSignal }) {
      if (text.length > maxTextLength) {
        const message = `The sandbox speaks ${maxTextLength} characters at most.`;
        throw new InvalidArgumentError({ argument: "text", message });
      }
      const chosen = chooseVoice(voice);
      const format = chooseFormat(outputFormat);
      const tempo = checkSpeed(speed);
      const signal = abortSignal;
      await failOnDemand({ directives: readDirectives([text]), signal });

      const withEspeak = options.espeak ?? (await espeakExists());
      const known = language === undefined ? "en-gb" : espeakLanguage(language);
      const words = withoutDirectives(text);
      const audio = await withTempFolder(async (folder) => {
        const wavPath = join(folder, "voice.wav");
        const spoken =
          withEspeak &&
          (await runEspeak({
            text: words,
            language: known ?? "en-gb",
            pitch: chosen.espeakPitch,
            outputPath: wavPath,
            folder,
            signal,
          }));
        if (!spoken) {
          const tones = await speakInTones({ text: words, pitch: chosen.pitch, signal });
          await writeFile(wavPath, writeWav(tones));
        }
        return encodeSpeech({ ffmpegPath, wavPath, folder, format, speed: tempo, signal });
      });
      return {
        audio,
        warnings: warningsFor({ instructions, language, known, withEspeak }),
        providerMetadata: {
          sandbox: { offline: true, synthesizer: withEspeak ? "espeak-ng" : "tones" },
        },
        response: { timestamp: new Date(), modelId },
      };
    },
  };
}

function chooseVoice(id: string | undefined): Voice {
  const [first] = voices;
  if (id === undefined) return first;
  const found = voices.find((voice) => voice.id === id);
  if (found !== undefined) return found;
  const message = `The sandbox has the voices ${voices.map((voice) => voice.id).join(", ")}.`;
  throw new InvalidArgumentError({ argument: "voice", message });
}

function chooseFormat(name: string | undefined): SpeechFormat {
  const [first] = speechFormats;
  if (name === undefined) return first;
  const found = speechFormats.find((format) => format === name);
  if (found !== undefined) return found;
  const message = `The sandbox makes ${speechFormats.join(" and ")}.`;
  throw new InvalidArgumentError({ argument: "outputFormat", message });
}

function checkSpeed(speed = 1): number {
  if (speed >= 0.25 && speed <= 4) return speed;
  const message = "The speed is between 0.25 and 4.";
  throw new InvalidArgumentError({ argument: "speed", message });
}

function warningsFor(input: {
  instructions: string | undefined;
  language: string | undefined;
  known: string | undefined;
  withEspeak: boolean;
}): SharedV4Warning[] {
  const warnings: SharedV4Warning[] = [];
  if (input.instructions !== undefined)
    warnings.push({ type: "unsupported", feature: "instructions" });
  if (input.language !== undefined && (input.known === undefined || !input.withEspeak))
    warnings.push({ type: "unsupported", feature: "language" });
  return warnings;
}
