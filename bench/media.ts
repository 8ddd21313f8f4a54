/**
 * `npm run bench:media`: six renditions of a 60 s clip (1080p) and of a photo (24 MP), made by the product, beside one
 * ffmpeg or sharp command written by hand that does the same work, and beside six separate ffmpeg commands, in turns in
 * one run. The last line is JSON.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { MediaError } from "#domain/errors.ts";
import { fitImages } from "#media/image/fit-images.ts";
import { probe } from "#media/probe.ts";
import { fitVideos } from "#media/video/fit-videos.ts";
import { peakRss } from "./lib/peak-rss.ts";
import { separateArguments, togetherArguments } from "./lib/six-videos.ts";
import { SIZES } from "./lib/six-sizes.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] || 2);
const seconds = Number(process.env["BENCH_SECONDS"] || 60);
const tools = {
  ffmpegPath: process.env["FFMPEG_PATH"] || "ffmpeg",
  ffprobePath: process.env["FFPROBE_PATH"] || "ffprobe",
};
const run = promisify(execFile);
const bytes = 1e9;
/** One is over too quickly to be measured. */
const IMAGE_TIMES = 5;

const folder = await mkdtemp(path.join(tmpdir(), "bench-media-"));
try {
  await measure();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const clip = path.join(folder, "clip.mp4");
  const photo = path.join(folder, "photo.jpg");
  await makeClip(clip);
  await makePhoto(photo);
  const memory = peakRss();
  const video = await inTurns({
    ours: () => ourVideos(clip),
    byHand: () => ffmpeg(togetherArguments({ clip, folder, seconds })),
    separate: async () => {
      for (const args of separateArguments({ clip, folder, seconds })) await ffmpeg(args);
    },
  });
  const image = await inTurns({
    ours: () => times(IMAGE_TIMES, () => ourImages(photo)),
    byHand: () => times(IMAGE_TIMES, () => imagesByHand(photo)),
  });
  console.log(
    JSON.stringify({
      videoRatio: round(video.ours / video.byHand),
      imageRatio: round(image.ours / image.byHand),
      speedupOverSeparate: round(video.separate / video.ours),
      peakRssMb: Math.round((await memory.stop()) / 1e6),
    }),
  );
}

/** The best time in seconds of each, every one in each round, so that what else the machine does hits all alike. */
async function inTurns<Name extends string>(
  works: Record<Name, () => Promise<void>>,
): Promise<Record<Name, number>> {
  const best = {} as Record<Name, number>;
  for (let turn = 1; turn <= rounds; turn += 1) {
    for (const name of Object.keys(works) as Name[]) {
      const began = performance.now();
      await works[name]();
      const took = (performance.now() - began) / 1000;
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, took);
      console.log(`round ${turn}: ${name} ${took.toFixed(1)} s`);
    }
  }
  return best;
}

async function times(count: number, work: () => Promise<void>): Promise<void> {
  for (let time = 1; time <= count; time += 1) await work();
}

async function ourVideos(clip: string): Promise<void> {
  const source = await probe({ path: clip, ffprobePath: tools.ffprobePath });
  if (source.kind !== "video") throw new Error("the clip is no video");
  const made = await fitVideos({
    ...tools,
    inputPath: clip,
    source,
    targets: SIZES.map(({ width, height }) => ({
      limits: {
        maxCount: 1,
        maxBytes: bytes,
        maxSeconds: 600,
        maxWidth: width,
        maxHeight: height,
        minRatio: width / height,
        maxRatio: width / height,
      },
      outputPath: path.join(folder, `ours-${width}x${height}.mp4`),
    })),
  });
  check(made);
}

async function ourImages(photo: string): Promise<void> {
  const made = await fitImages({
    inputPath: photo,
    targets: SIZES.map(({ width, height }) => ({
      limits: {
        maxCount: 1,
        formats: ["jpeg"],
        maxBytes: bytes,
        maxWidth: width,
        maxHeight: height,
        minRatio: width / height,
        maxRatio: width / height,
      },
      outputPath: path.join(folder, `ours-${width}x${height}.jpg`),
    })),
  });
  check(made);
}

/** As whoever knows sharp would write it: one decode, all sizes at once, as many threads as sharp takes by itself. */
async function imagesByHand(photo: string): Promise<void> {
  const ours = sharp.concurrency();
  sharp.concurrency(0);
  try {
    await sixByHand(photo);
  } finally {
    sharp.concurrency(ours);
  }
}

async function sixByHand(photo: string): Promise<void> {
  const largest = Math.max(...SIZES.map(({ width }) => width));
  const { data, info } = await sharp(photo)
    .autoOrient()
    .resize({ width: largest })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  await Promise.all(
    SIZES.map((size) =>
      sharp(data, { raw: { width, height, channels } })
        .resize(size.width, size.height, { fit: "cover", position: "attention" })
        .jpeg({ quality: 85, mozjpeg: true })
        .toFile(path.join(folder, `hand-${size.width}x${size.height}.jpg`)),
    ),
  );
}

function check(made: ((typeof SIZES)[number] | MediaError)[]): void {
  for (const [index, one] of made.entries()) {
    if (one instanceof MediaError) throw one;
    const size = SIZES[index];
    if (one.width !== size?.width || one.height !== size.height)
      throw new Error(`asked for ${JSON.stringify(size)}, made ${one.width}x${one.height}`);
  }
}

/** 1080p as a camera gives it: motion, detail, noise, and a voice that is not always as loud. */
async function makeClip(to: string): Promise<void> {
  await ffmpeg([
    ...["-f", "lavfi", "-i", `testsrc2=s=1920x1080:r=30:d=${seconds},noise=alls=6:allf=t`],
    ...["-f", "lavfi", "-i", `sine=f=300:d=${seconds},tremolo=f=3:d=0.8,volume=0.3`],
    ...["-c:v", "libx264", "-preset", "fast", "-b:v", "12M", "-pix_fmt", "yuv420p"],
    ...["-c:a", "aac", "-b:a", "160k", "-y", to],
  ]);
}

async function makePhoto(to: string): Promise<void> {
  const size = { width: 6000, height: 4000 };
  const noise = { type: "gaussian" as const, mean: 128, sigma: 20 };
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" width="6000" height="4000">
    <defs><linearGradient id="g"><stop stop-color="#24c"/><stop offset="1" stop-color="#fa3"/></linearGradient></defs>
    <rect width="6000" height="4000" fill="url(#g)" opacity=".7"/>
    ${Array.from({ length: 60 }, (_one, n) => `<circle cx="${(n * 997) % 6000}" cy="${(n * 613) % 4000}" r="${80 + ((n * 71) % 400)}" fill="hsl(${n * 37},70%,50%)" opacity=".6"/>`).join("")}
  </svg>`;
  await sharp({ create: { ...size, channels: 3, background: "#888", noise } })
    .composite([{ input: Buffer.from(shapes) }])
    .jpeg({ quality: 90 })
    .toFile(to);
}

async function ffmpeg(args: string[]): Promise<void> {
  await run(tools.ffmpegPath, ["-hide_banner", "-loglevel", "error", "-nostdin", ...args], {
    maxBuffer: 16 * 1024 * 1024,
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
