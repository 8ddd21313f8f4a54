import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { digitalSources, type DigitalSource } from "#domain/digital-source.ts";

/**
 * The mark of what models make: the property "digital source type" of IPTC's photo metadata standard, as XMP
 * (https://www.iptc.org/std/photometadata/specification/IPTC-PhotoMetadata#digital-source-type). Networks and browsers
 * read it and show it.
 */
const VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/** The whole packet: nothing else is ever written. Pure. */
export function xmpOf(source: DigitalSource): string {
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ` Iptc4xmpExt:DigitalSourceType="${VOCABULARY}${source}"/>`,
    "</rdf:RDF></x:xmpmeta>",
    '<?xpacket end="r"?>',
  ].join("");
}

/** The property as an attribute or an element, whoever wrote it, with the vocabulary's address as http or https. */
const PROPERTY =
  /DigitalSourceType[^\w/]{1,40}(?:rdf:resource\s?=\s?["'])?https?:\/\/cv\.iptc\.org\/newscodes\/digitalsourcetype\/(\w{1,60})/;

/** What an XMP packet, whose writer may be anybody, says of it; undefined where that is nothing of ours. Pure. */
export function digitalSourceIn(xmp: string): DigitalSource | undefined {
  const word = PROPERTY.exec(xmp)?.[1];
  return digitalSources.find((one) => one === word);
}

/** In MP4, XMP is a `uuid` box of this name (XMP specification, part 3: "MPEG-4"). */
const XMP_BOX = Buffer.from("be7acfcb97a942e89c71999491e3afac", "hex");
/** More is no packet that anybody needs. */
export const MOST_XMP_BYTES = 256 * 1024;
/** A file has a dozen boxes; one of many thousands is somebody's trick. */
const MOST_BOXES = 2_000;

function boxOf(source: DigitalSource): Buffer {
  const packet = Buffer.from(xmpOf(source));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(header.length + XMP_BOX.length + packet.length);
  header.write("uuid", 4, "latin1");
  return Buffer.concat([header, XMP_BOX, packet]);
}

/** By so many bytes a mark makes an MP4 longer. Pure. */
export function markBytes(source: DigitalSource): number {
  return boxOf(source).length;
}

/** Marks an MP4 of ours, in its place: the box goes to the end, where it moves nothing else. */
export async function markMp4(path: string, source: DigitalSource): Promise<void> {
  const file = await open(path, "a");
  try {
    await file.appendFile(boxOf(source));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The mark of an MP4, M4A or MOV, from its outermost boxes; undefined where there is none that can be read. */
export async function readMp4Mark(path: string): Promise<DigitalSource | undefined> {
  const file = await open(path, "r");
  try {
    const { size: fileBytes } = await file.stat();
    let at = 0;
    for (let boxes = 0; at < fileBytes && boxes < MOST_BOXES; boxes += 1) {
      const box = await readBox(file, at, fileBytes);
      if (!box) return undefined;
      const found = box.isXmp ? await readPacket(file, box) : undefined;
      if (found) return found;
      at = box.end;
    }
    return undefined;
  } finally {
    await file.close();
  }
}

interface Box {
  isXmp: boolean;
  /** Where its content begins, and where it ends. */
  start: number;
  end: number;
}

async function readBox(file: FileHandle, at: number, fileBytes: number): Promise<Box | undefined> {
  const head = Buffer.alloc(32);
  const { bytesRead } = await file.read(head, 0, head.length, at);
  if (bytesRead < 8) return undefined;
  const short = head.readUInt32BE(0);
  const long = short === 1;
  // 0 says: to the end of the file.
  const size = long ? Number(head.readBigUInt64BE(8)) : short === 0 ? fileBytes - at : short;
  const start = at + (long ? 16 : 8);
  const end = at + size;
  if (end < start || end > fileBytes) return undefined;
  const name = head.subarray(start - at, start - at + XMP_BOX.length);
  const isXmp = head.toString("latin1", 4, 8) === "uuid" && name.equals(XMP_BOX);
  return { isXmp, start: isXmp ? start + XMP_BOX.length : start, end };
}

async function readPacket(file: FileHandle, box: Box): Promise<DigitalSource | undefined> {
  const length = box.end - box.start;
  if (length <= 0 || length > MOST_XMP_BYTES) return undefined;
  const packet = Buffer.alloc(length);
  await file.read(packet, 0, length, box.start);
  return digitalSourceIn(packet.toString("utf8"));
}
