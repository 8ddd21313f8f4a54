import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { JSONValue } from "@ai-sdk/provider";
import sharp from "sharp";
import {
  planProviderCall,
  type LoadedInput,
  type ProviderAnswer,
} from "#activities/lib/plan-provider-call.ts";
import type { GenerationSettings } from "#domain/generation-settings.ts";
import type { GenerationTask } from "#domain/generation-tasks.ts";
import type { ModelEntry, Provider, ProviderDeps } from "#providers/contract.ts";

export interface PerformTask {
  provider: Provider;
  deps: ProviderDeps;
  entry: ModelEntry;
  task: GenerationTask;
  prompt: string;
  signal?: AbortSignal | undefined;
}

/**
 * Asks a model for a task as the product does, with every kind of input that it takes and every setting that its manifest
 * names, the last of those it lists. A job is started only.
 */
export async function performTask({
  provider,
  deps,
  entry,
  task,
  prompt,
  signal = new AbortController().signal,
}: PerformTask): Promise<ProviderAnswer | { kind: "job"; operation: JSONValue }> {
  const planned = planProviderCall({
    provider,
    deps,
    model: entry.id,
    task,
    prompt: task === "transcribe" ? "" : prompt,
    settings: settingsFor(entry, task),
    inputs: await inputsFor(entry, task, deps.ffmpegPath),
    signal,
  });
  if (planned.how === "call") return planned.ask();
  return { kind: "job", operation: await planned.start() };
}

function settingsFor({ settings = {} }: ModelEntry, task: GenerationTask): GenerationSettings {
  if (task === "transcribe") return {};
  const last = <T>(all: readonly T[] | undefined) => all?.at(-1);
  return {
    size: last(settings.sizes),
    aspectRatio: last(settings.aspectRatios),
    resolution: last(settings.resolutions),
    seconds: last(settings.seconds),
    voice: last(settings.voices)?.id,
    format: last(settings.formats),
    speed: settings.speed ? 1.1 : undefined,
    instructions: settings.instructions ? "Calm and warm." : undefined,
    language: settings.language ? "de-AT" : undefined,
    sound: settings.sound ? false : undefined,
    seed: settings.seed ? 7 : undefined,
    enhancements: settings.enhancements && [...settings.enhancements],
  };
}

async function inputsFor(
  { inputs = {} }: ModelEntry,
  task: GenerationTask,
  ffmpegPath: string,
): Promise<LoadedInput[]> {
  const image = async (role: LoadedInput["role"], background = "teal"): Promise<LoadedInput> => ({
    role,
    contentType: "image/png",
    data: await (background === "noise" ? noise() : picture(background)),
  });
  switch (task) {
    case "edit_image":
      return [
        await image("source"),
        ...(inputs.reference ? [await image("reference", "noise")] : []),
        ...(inputs.mask ? [await image("mask", "rgba(0, 0, 0, 0)")] : []),
      ];
    case "transcribe":
      return [{ role: "source", contentType: "audio/wav", data: oneSecondOfSilence() }];
    case "image_to_video":
      return [await image("first_frame")];
    case "frames_to_video":
      return [await image("first_frame"), await image("last_frame", "noise")];
    case "references_to_video":
      return [await image("reference")];
    case "extend_video":
    case "enhance_video":
      return [{ role: "source", contentType: "video/mp4", data: await clip(ffmpegPath) }];
    default:
      return [];
  }
}

async function picture(background: string): Promise<Uint8Array> {
  return sharp({ create: { width: 512, height: 512, channels: 4, background } })
    .png()
    .toBuffer();
}

/** A picture that doesn't pack well: larger than what some providers take within JSON. */
async function noise(): Promise<Uint8Array> {
  const gaussian = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const size = { width: 512, height: 512, channels: 3, background: "grey" } as const;
  return sharp({ create: { ...size, noise: gaussian } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** A WAV file: 8 kHz, 16 bits, mono. */
function oneSecondOfSilence(): Uint8Array {
  const samples = 8_000;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(samples, 24);
  wav.writeUInt32LE(samples * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  return wav;
}

async function clip(ffmpegPath: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "clip-"));
  try {
    const file = join(folder, "clip.mp4");
    const source = "testsrc2=size=320x240:rate=15:duration=1";
    await promisify(execFile)(ffmpegPath, ["-v", "error", "-f", "lavfi", "-i", source, file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
