import sharp from "sharp";

/**
 * What a picture looks like in 64 bits (difference hash): for each of 8 × 8 places whether it is darker than the one to
 * its right. Pictures that look alike differ in few bits, whatever their size, encoding and small noise. 16 hex digits.
 */
export async function dHash(image: string | Uint8Array): Promise<string> {
  const data = await sharp(image)
    .flatten({ background: "#fff" })
    .greyscale()
    .resize(9, 8, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
  let bits = "";
  for (let y = 0; y < 8; y += 1)
    for (let x = 0; x < 8; x += 1)
      bits += (data[y * 9 + x] ?? 0) < (data[y * 9 + x + 1] ?? 0) ? "1" : "0";
  return BigInt(`0b${bits}`).toString(16).padStart(16, "0");
}

/** In how many of 64 bits two hashes differ. */
export function distance(one: string, other: string): number {
  const differing = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  return [...differing.toString(2)].filter((bit) => bit === "1").length;
}
