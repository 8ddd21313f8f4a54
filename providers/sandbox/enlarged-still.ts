import sharp from "sharp";
import type { Pixels } from "./open-picture.ts";
import { writeStill } from "./write-still.ts";

/** The camera moves by whole pixels of the still: on one twice as large it moves by halves of what is seen. */
const times = 2;

/** A picture as ffmpeg takes it for a still in motion. */
export async function enlargedStill(picture: Pixels): Promise<Buffer> {
  const [width, height] = [picture.width * times, picture.height * times];
  const png = await sharp(picture.data, { raw: picture })
    .resize({ width, height, fit: "fill" })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return writeStill({ png, width, height });
}
