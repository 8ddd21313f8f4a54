/**
 * A QuickTime movie of one second that holds one picture as PNG: the form in which ffmpeg takes a still through our
 * guards, which know films and sounds only. Layout as in Apple's "QuickTime File Format Specification".
 */
export function writeStill({
  png,
  width,
  height,
}: {
  png: Uint8Array;
  width: number;
  height: number;
}): Buffer {
  const type = atom("ftyp", text("qt  "), u32(0), text("qt  "));
  const data = atom("mdat", Buffer.from(png));
  const offset = type.length + 8;
  const movie = atom(
    "moov",
    atom("mvhd", ...fullHead, u32(timescale), u32(timescale), movieShape, zeros(24), u32(2)),
    atom(
      "trak",
      // Enabled, in the movie.
      atom(
        "tkhd",
        u32(3),
        u32(0),
        u32(0),
        u32(1),
        u32(0),
        u32(timescale),
        trackShape(width, height),
      ),
      atom(
        "mdia",
        atom("mdhd", ...fullHead, u32(timescale), u32(timescale), u32(0)),
        atom("hdlr", u32(0), text("mhlr"), text("vide"), zeros(13)),
        atom(
          "minf",
          atom("vmhd", u32(1), zeros(8)),
          atom("dinf", atom("dref", u32(0), u32(1), atom("url ", u32(1)))),
          atom(
            "stbl",
            atom("stsd", u32(0), u32(1), description(width, height)),
            atom("stts", u32(0), u32(1), u32(1), u32(timescale)),
            atom("stsc", u32(0), u32(1), u32(1), u32(1), u32(1)),
            atom("stsz", u32(0), u32(png.length), u32(1)),
            atom("stco", u32(0), u32(1), u32(offset)),
          ),
        ),
      ),
    ),
  );
  return Buffer.concat([type, data, movie]);
}

const timescale = 1000;

function atom(name: string, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32(content.length + 8), text(name), content]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function text(word: string): Buffer {
  return Buffer.from(word, "latin1");
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}

/** Version and flags, made and changed at no time. */
const fullHead = [u32(0), u32(0), u32(0)];
/** No turning and no scaling: fixed point numbers of 16.16, the last column of 2.30. */
const identity = Buffer.concat(
  [0x1_00_00, 0, 0, 0, 0x1_00_00, 0, 0, 0, 0x40_00_00_00].map((number) => u32(number)),
);
/** Speed 1, full volume, ten reserved bytes. */
const movieShape = Buffer.concat([u32(0x1_00_00), u16(0x1_00), zeros(10), identity]);

/** Eight reserved bytes; layer, group, volume and two more reserved; then size as 16.16. */
function trackShape(width: number, height: number): Buffer {
  return Buffer.concat([zeros(8), zeros(8), identity, u16(width), u16(0), u16(height), u16(0)]);
}

function description(width: number, height: number): Buffer {
  const dotsPerInch = Buffer.concat([u16(72), u16(0)]);
  return atom(
    "png ",
    ...[zeros(6), u16(1), zeros(16), u16(width), u16(height), dotsPerInch, dotsPerInch],
    // One frame a sample, a name of no letters, 32 bits a pixel, no table of colours.
    ...[zeros(4), u16(1), zeros(32), u16(32), u16(0xff_ff)],
  );
}
