import sharp, { type OverlayOptions } from "sharp";
import { withoutDirectives } from "./directives.ts";
import { textLayers } from "./draw-text.ts";
import { fontsExist } from "./find-fonts.ts";
import { markAlone } from "./paint-mark.ts";
import { liftOf } from "./paint-picture.ts";
import { writeStill } from "./write-still.ts";

const captionLength = 120;

/** How much of a video's height, from below, belongs to its caption and mark. */
export function captionFooter(height: number): number {
  return Math.round(height * 0.28);
}

/** What lies still over a moving picture: the prompt as a caption, where there are fonts, and the mark. As ffmpeg takes it. */
export async function paintVideoOverlay({
  caption,
  size,
}: {
  caption: string;
  size: { width: number; height: number };
}): Promise<Buffer> {
  const { width, height } = size;
  const mark = markAlone(size);
  const gap = Math.round(Math.min(width, height) / 40);
  const layers: OverlayOptions[] = [
    {
      input: mark.data,
      raw: { width: mark.width, height: mark.height, channels: 3 },
      left: width - mark.width - gap,
      top: height - mark.height - gap,
    },
  ];
  const text = shortened(caption);
  if (text !== "" && (await fontsExist())) {
    const area = {
      left: Math.round(width * 0.08),
      top: height - captionFooter(height),
      width: Math.round(width * 0.84),
      height: Math.round(height * 0.16),
    };
    layers.push(...(await textLayers({ text, area, lift: liftOf(size) })));
  }
  const png = await sharp({
    create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .composite(layers)
    .png({ compressionLevel: 6 })
    .toBuffer();
  return writeStill({ png, width, height });
}

/** The words of a prompt, one line's worth of them. Pure. */
export function shortened(prompt: string): string {
  const words = withoutDirectives(prompt).replace(/\s+/gu, " ").trim();
  const signs = [...new Intl.Segmenter().segment(words)].map(({ segment }) => segment);
  if (signs.length <= captionLength) return words;
  return `${signs.slice(0, captionLength).join("").trimEnd()}…`;
}
