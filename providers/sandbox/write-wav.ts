import type { Sound } from "./sound.ts";

/** What every sound file of the sandbox says of itself. */
export const soundLabel = "Made by the sandbox on this machine, not by a model.";

const bytesPerSample = 2;

/**
 * A WAV file of 16-bit samples, with a comment that says where it is from. Layout as in Microsoft's "Multimedia
 * Programming Interface and Data Specifications 1.0" (RIFF, `fmt `, `LIST` of kind `INFO`, `data`).
 */
export function writeWav({ rate, channels }: Sound): Buffer {
  const count = channels.length;
  const length = channels[0]?.length ?? 0;
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(count, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * count * bytesPerSample, 8);
  format.writeUInt16LE(count * bytesPerSample, 12);
  format.writeUInt16LE(8 * bytesPerSample, 14);

  const samples = Buffer.alloc(length * count * bytesPerSample);
  for (const [channel, row] of channels.entries()) {
    for (let index = 0; index < length; index += 1) {
      const value = Math.round(Math.min(1, Math.max(-1, row[index] ?? 0)) * 32_767);
      samples.writeInt16LE(value, (index * count + channel) * bytesPerSample);
    }
  }
  const comment = chunk("ICMT", Buffer.from(`${soundLabel}\0`, "latin1"));
  const inside = Buffer.concat([
    Buffer.from("WAVE"),
    chunk("fmt ", format),
    chunk("LIST", Buffer.concat([Buffer.from("INFO"), comment])),
    chunk("data", samples),
  ]);
  return chunk("RIFF", inside);
}

function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, "latin1");
  head.writeUInt32LE(content.length, 4);
  // Chunks begin at even places; the length doesn't count what fills up.
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}
