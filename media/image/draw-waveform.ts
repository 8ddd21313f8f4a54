import sharp from "sharp";
import type { Box } from "../fit-box.ts";

/** Draws peaks (0…1) as bars around the middle on nothing: PNG, grey that can be seen on light and on dark. */
export async function drawWaveform({
  peaks,
  size,
}: {
  peaks: number[];
  size: Box;
}): Promise<Buffer> {
  const { width, height } = size;
  const data = Buffer.alloc(width * height * 4);
  const slot = width / peaks.length;
  for (const [index, peak] of peaks.entries()) {
    const from = Math.floor(index * slot);
    // Where there is room, a third of it stays free between bars.
    const to = Math.max(from + 1, Math.floor(from + slot * (slot >= 3 ? 0.67 : 1)));
    // Silence is a line.
    const tall = Math.max(1, Math.round(peak * height));
    const top = Math.floor((height - tall) / 2);
    for (let y = top; y < top + tall; y += 1)
      for (let x = from; x < Math.min(to, width); x += 1)
        data.set([124, 130, 140, 255], (y * width + x) * 4);
  }
  return sharp(data, { raw: { ...size, channels: 4 } })
    .png({ palette: true })
    .toBuffer();
}
