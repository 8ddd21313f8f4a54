import { join } from "node:path";
import sharp from "sharp";
import { makeWithFfmpeg } from "#media/media-fixtures.ts";

/** A picture with large shapes, light and dark, nothing the same at two places: 960 × 600. */
export async function paintScene(): Promise<Buffer> {
  const stripes = Array.from(
    { length: 12 },
    (_one, n) =>
      `<rect x="${n * 80}" y="${420 + (n % 3) * 30}" width="${30 + (n % 4) * 12}" height="180" fill="hsl(${n * 31},60%,${25 + ((n * 17) % 55)}%)"/>`,
  ).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="600">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#123"/><stop offset="1" stop-color="#9cf"/></linearGradient></defs>
    <rect width="960" height="600" fill="url(#sky)"/>
    <circle cx="760" cy="150" r="90" fill="#fe8"/>
    <path d="M90 430 L260 150 L430 430 Z" fill="#654"/><path d="M330 430 L520 220 L700 430 Z" fill="#987"/>
    <path d="M205 240 L260 150 L315 240 Z" fill="#fff"/>
    ${stripes}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** The scene as a file. */
export async function sceneFile(folder: string): Promise<string> {
  const path = join(folder, "scene.png");
  await sharp(await paintScene()).toFile(path);
  return path;
}

/** The scene as a clip of two seconds in which it does not move, with a tone, 480 × 300. */
export async function sceneClip(folder: string, ...options: string[]): Promise<string> {
  return makeWithFfmpeg(
    join(folder, "scene.mp4"),
    "-loop 1 -r 25 -t 2 -i",
    await sceneFile(folder),
    "-f lavfi -i sine=440:d=2 -vf scale=480:300 -pix_fmt yuv420p -preset veryfast",
    ...options,
  );
}
