import sharp, { type OverlayOptions } from "sharp";
import { textLayers } from "./draw-text.ts";
import { openPicture, type Pixels } from "./open-picture.ts";
import { liftOf, paintBackdrop } from "./paint-picture.ts";
import { type Area, placeInsets } from "./place-insets.ts";
import type { Picture } from "./plan-picture.ts";

/**
 * A new picture that shows what it was given: the first image large, the others as insets below it, on the colours and
 * under the headline that the prompt gives. Without the mark.
 */
export async function composeEdit({
  picture,
  images,
  headline,
  footer = 0,
  signal,
}: {
  picture: Picture;
  /** The bytes of what is edited, then of what it refers to. */
  images: readonly Uint8Array[];
  /** Whether the headline is drawn. */
  headline: boolean;
  /** Pixels at the bottom where none of the images goes. */
  footer?: number;
  signal?: AbortSignal | undefined;
}): Promise<Pixels> {
  const { width, height } = picture;
  const [source, ...references] = images;
  const places = placeInsets({ width, height, references: references.length, footer });
  const layers: OverlayOptions[] = [];
  if (source !== undefined)
    layers.push(await framed({ data: source, area: places.source, fit: "inside", name: "source" }));
  for (const [index, area] of places.references.entries()) {
    signal?.throwIfAborted();
    const data = references[index];
    if (data === undefined) continue;
    layers.push(await framed({ data, area, fit: "cover", name: "reference" }));
  }
  if (headline && picture.headline !== "") {
    const text = picture.headline;
    layers.push(...(await textLayers({ text, area: places.words, lift: liftOf(picture) })));
  }
  const backdrop = await paintBackdrop({ picture, signal });
  const { data } = await sharp(backdrop.data, { raw: { width, height, channels: 3 } })
    .composite(layers)
    // The layers have made the picture transparent in name.
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width, height, channels: 3 };
}

/** The picture in the middle of its area, in a thin white frame. */
async function framed(input: {
  data: Uint8Array;
  area: Area;
  fit: "cover" | "inside";
  name: string;
}): Promise<OverlayOptions> {
  const { area, fit, name } = input;
  const frame = Math.max(1, Math.round(Math.min(area.width, area.height) / 60));
  const size = { width: area.width - 2 * frame, height: area.height - 2 * frame };
  const picture = await openPicture({ data: input.data, argument: name, size, fit, channels: 3 });
  const { data, info } = await sharp(picture.data, { raw: picture })
    .extend({ top: frame, bottom: frame, left: frame, right: frame, background: "white" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    input: data,
    raw: { width: info.width, height: info.height, channels: 3 },
    left: area.left + Math.round((area.width - info.width) / 2),
    top: area.top + Math.round((area.height - info.height) / 2),
  };
}
