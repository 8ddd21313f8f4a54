import sharp from "sharp";
import type { Size } from "./choose-size.ts";
import { composeEdit } from "./compose-edit.ts";
import { openPicture, type Pixels } from "./open-picture.ts";
import { boxOfMask, paintInsideMask, readMask } from "./paint-inside-mask.ts";
import { paintMark } from "./paint-mark.ts";
import { paintBackdrop } from "./paint-picture.ts";
import type { Picture } from "./plan-picture.ts";

/** Below this side, in pixels, there is no room for words and insets. */
const smallest = 64;

interface Edit {
  size: Size;
  /** Decides the colours, shapes and headline for a size. */
  plan: (size: Size) => Picture;
  /** The bytes of what is edited, then of what it refers to; at least one. */
  images: readonly Uint8Array[];
  /** Whether the headline is drawn. */
  headline: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Makes a picture out of others and returns it as PNG. Without a mask it shows them all; with one, the first keeps
 * every pixel outside the mask, scaled to the picture's size where it has another, and the others, with the prompt's
 * colours and headline, are painted inside it.
 * Throws InvalidArgumentError where an image or the mask can't be read.
 */
export async function editPicture(
  input: Edit & { mask: Uint8Array | undefined },
): Promise<Uint8Array> {
  const { mask } = input;
  const edited =
    mask === undefined ? await paintEdit(input) : await editInsideMask({ ...input, mask });
  const png = await sharp(edited.data, { raw: edited }).png({ compressionLevel: 6 }).toBuffer();
  return new Uint8Array(png);
}

async function editInsideMask(input: Edit & { mask: Uint8Array }): Promise<Pixels> {
  const { size } = input;
  const [image = new Uint8Array(), ...references] = input.images;
  const sameSize = { size, fit: "cover", channels: 4 } as const;
  const source = await openPicture({ data: image, argument: "files", ...sameSize });
  const open = readMask(await openPicture({ data: input.mask, argument: "mask", ...sameSize }));
  const box = boxOfMask({ open, ...size });
  if (box === undefined) return source;
  const painting = await paintEdit({ ...input, size: box, images: references });
  return paintInsideMask({ source, painting, at: box, open });
}

/** The painting with its mark in it: inside the mask, where there is one, because outside of it nothing may change. */
async function paintEdit({ size, plan, images, headline, signal }: Edit): Promise<Pixels> {
  const picture = plan({ width: size.width, height: size.height });
  const roomy = Math.min(size.width, size.height) >= smallest;
  const painting = roomy
    ? await composeEdit({ picture, images, headline, signal })
    : await paintBackdrop({ picture, signal });
  paintMark(painting);
  return painting;
}
