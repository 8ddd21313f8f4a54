import { limits } from "./limits.ts";

export type Verdict =
  | {
      ok: true;
      kind: "image" | "video";
      contentType: string;
      width: number;
      height: number;
      durationSeconds?: number;
    }
  | { ok: false; code: string; message: string };

interface Facts {
  width: number;
  height: number;
  durationSeconds?: number;
}

/** The type that the bytes themselves claim by their first bytes; undefined when it is none we take. */
export function sniffType(bytes: Buffer): "image/jpeg" | "image/png" | "video/mp4" | undefined {
  if (bytes.subarray(0, 8).equals(pngSignature)) return "image/png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (
    bytes.toString("latin1", 4, 8) === "ftyp" &&
    !/^(qt {2}|heic|heix|avif|mif1|msf1)/.test(brand(bytes))
  )
    return "video/mp4";
  return undefined;
}

/** What the network's processing finds out about an upload: its facts, or why it can't be shown. Pure. */
export function inspectMedia(bytes: Buffer): Verdict {
  const contentType = sniffType(bytes);
  if (contentType === undefined)
    return failed("unsupported_type", "The bytes are neither JPEG, PNG nor MP4.");
  if (contentType === "video/mp4") return videoVerdict(bytes);

  const facts = contentType === "image/png" ? pngFacts(bytes) : jpegFacts(bytes);
  if (facts === undefined) return failed("corrupt", "The image is incomplete or damaged.");
  if (Math.max(facts.width, facts.height) > limits.images.maxSide)
    return failed(
      "too_many_pixels",
      `An image's sides may have at most ${limits.images.maxSide} pixels.`,
    );
  return { ok: true, kind: "image", contentType, ...facts };
}

function videoVerdict(bytes: Buffer): Verdict {
  const facts = mp4Facts(bytes);
  if (facts === undefined)
    return failed("corrupt", "The video is incomplete, damaged or has no picture.");
  if ((facts.durationSeconds ?? 0) > limits.video.maxSeconds)
    return failed("too_long", `A video may last at most ${limits.video.maxSeconds} seconds.`);
  if (Math.max(facts.width, facts.height) > limits.video.maxSide)
    return failed(
      "too_many_pixels",
      `A video's sides may have at most ${limits.video.maxSide} pixels.`,
    );
  return { ok: true, kind: "video", contentType: "video/mp4", ...facts };
}

function failed(code: string, message: string): Verdict {
  return { ok: false, code, message };
}

function brand(bytes: Buffer): string {
  return bytes.toString("latin1", 8, 12);
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function pngFacts(bytes: Buffer): Facts | undefined {
  if (bytes.length < 45 || bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  if (!bytes.subarray(-12).includes("IEND", 0, "latin1")) return undefined;
  return sided({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) });
}

/** Walks the segments to the frame header (SOF0…SOF15 without DHT, JPG and DAC); see ITU-T T.81, annex B. */
function jpegFacts(bytes: Buffer): Facts | undefined {
  // Some cameras pad behind the end marker.
  if (bytes.subarray(-64).indexOf(Buffer.from([0xff, 0xd9])) === -1) return undefined;
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return sided({ width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) });
    if (marker === 0xd9 || marker === 0xda) return undefined;
    const standsAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    at += standsAlone ? 2 : 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return undefined;
}

/** Duration from `moov/mvhd`, size from the first `moov/trak/tkhd` that has one; see ISO/IEC 14496-12, clause 8. */
function mp4Facts(bytes: Buffer): Facts | undefined {
  const boxes = childBoxes(bytes);
  const moov = boxes.find((box) => box.type === "moov");
  if (moov === undefined || !boxes.some((box) => box.type === "mdat")) return undefined;
  const inMoov = childBoxes(moov.body);

  const mvhd = inMoov.find((box) => box.type === "mvhd")?.body;
  if (mvhd === undefined || mvhd.length < 32) return undefined;
  const long = mvhd.readUInt8(0) === 1;
  const timescale = mvhd.readUInt32BE(long ? 20 : 12);
  const duration = long ? Number(mvhd.readBigUInt64BE(24)) : mvhd.readUInt32BE(16);
  if (timescale === 0) return undefined;

  for (const trak of inMoov.filter((box) => box.type === "trak")) {
    const tkhd = childBoxes(trak.body).find((box) => box.type === "tkhd")?.body;
    if (tkhd === undefined || tkhd.length < 8) continue;
    // The last two fields, as 16.16 fixed point.
    const width = tkhd.readUInt32BE(tkhd.length - 8) / 65_536;
    const height = tkhd.readUInt32BE(tkhd.length - 4) / 65_536;
    const facts = sided({ width: Math.round(width), height: Math.round(height) });
    if (facts !== undefined) return { ...facts, durationSeconds: duration / timescale };
  }
  return undefined;
}

function sided(facts: Facts): Facts | undefined {
  return facts.width > 0 && facts.height > 0 ? facts : undefined;
}

/** The boxes side by side in `bytes`; a box that reaches beyond the end is left out, as a cut-off file has it. */
function childBoxes(bytes: Buffer): { type: string; body: Buffer }[] {
  const boxes = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    let size = bytes.readUInt32BE(at);
    let header = 8;
    if (size === 1) {
      if (at + 16 > bytes.length) break;
      size = Number(bytes.readBigUInt64BE(at + 8));
      header = 16;
    } else if (size === 0) size = bytes.length - at;
    if (size < header || at + size > bytes.length) break;
    boxes.push({
      type: bytes.toString("latin1", at + 4, at + 8),
      body: bytes.subarray(at + header, at + size),
    });
    at += size;
  }
  return boxes;
}
