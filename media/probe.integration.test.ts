import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  makeClip,
  makePhoto,
  makeRotatedClip,
  makeWithFfmpeg,
  noise,
  pngBomb,
  testFolder,
  tools,
} from "./media-fixtures.ts";
import { probe } from "./probe.ts";

const look = (path: string) => probe({ path, ffprobePath: tools.ffprobePath });

describe("probe finds out about images", () => {
  it("gives the size as seen, not as stored", async () => {
    const path = await makePhoto(join(testFolder(), "a.jpg"));
    expect(await look(path)).toEqual({
      kind: "image",
      contentType: "image/jpeg",
      bytes: (await readFile(path)).length,
      width: 40,
      height: 60,
      oriented: true,
      pixels: 2400,
      frames: 1,
      animated: false,
      hasAlpha: false,
    });
  });

  it.each(["png", "webp", "avif"] as const)("knows %s and its transparency", async (format) => {
    const path = join(testFolder(), "image");
    await sharp({ create: { width: 31, height: 17, channels: 4, background: "#f008" } })
      .toFormat(format)
      .toFile(path);
    const facts = {
      contentType: `image/${format}`,
      width: 31,
      height: 17,
      hasAlpha: true,
      animated: false,
    };
    expect(await look(path)).toMatchObject(facts);
  });

  it("counts the frames and the time of an animation", async () => {
    const path = await makeWithFfmpeg(
      join(testFolder(), "a.gif"),
      "-f lavfi -i testsrc=s=64x48:d=1:r=5",
    );
    const facts = {
      width: 64,
      height: 48,
      frames: 5,
      animated: true,
      durationSeconds: 1,
      pixels: 64 * 48 * 5,
    };
    expect(await look(path)).toMatchObject(facts);
  });
});

describe("probe finds out about video and audio", () => {
  it("gives the facts of a video", async () => {
    expect(await look(await makeClip(join(testFolder(), "a.mp4")))).toMatchObject({
      kind: "video",
      contentType: "video/mp4",
      width: 160,
      height: 120,
      rotation: 0,
      pixels: 19200,
      durationSeconds: 1,
      fps: 30,
      codec: "h264",
      pixelFormat: "yuv420p",
      hdr: false,
      hasAudio: true,
      audioCodec: "aac",
    });
  });

  it("applies rotation", async () => {
    expect(await look(await makeRotatedClip(testFolder()))).toMatchObject({
      width: 120,
      height: 160,
      rotation: 90,
    });
  });

  it("applies the shape of the pixels", async () => {
    const options = ["-vf", "setsar=4/3", "-c:v", "libx264"];
    const path = await makeClip(join(testFolder(), "a.mp4"), { sound: false, options });
    expect(await look(path)).toMatchObject({
      width: 213,
      height: 120,
      pixels: 19200,
      hasAudio: false,
    });
  });

  it("tells 10 bits and HDR", async () => {
    const hlg = "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc";
    const options = ["-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", hlg];
    const path = await makeClip(join(testFolder(), "a.mp4"), {
      sound: false,
      seconds: 0.2,
      options,
    });
    expect(await look(path)).toMatchObject({
      codec: "hevc",
      pixelFormat: "yuv420p10le",
      hdr: true,
    });
  });

  it("finds the length of a WebM that does not say it, as browsers record them", async () => {
    const path = await makeClip(join(testFolder(), "a.webm"), {
      sound: false,
      options: ["-c:v", "libvpx", "-deadline", "realtime", "-live", "1", "-f", "webm"],
    });
    const found = await look(path);
    expect(found).toMatchObject({ kind: "video", contentType: "video/webm", codec: "vp8" });
    expect(found).toHaveProperty("durationSeconds", expect.closeTo(0.967, 1));
  });

  it("takes a song with a cover for a song", async () => {
    const folder = testFolder();
    const cover = await makePhoto(join(folder, "cover.jpg"));
    const path = await makeWithFfmpeg(
      join(folder, "song.mp3"),
      "-f lavfi -i sine=440:d=1 -i",
      cover,
      "-map 0:a -map 1:v -c:v copy -disposition:v attached_pic",
    );
    expect(await look(path)).toMatchObject({
      kind: "audio",
      contentType: "audio/mpeg",
      codec: "mp3",
      channels: 1,
    });
  });
});

describe("probe refuses", () => {
  const SECRET = "do-not-read-me";

  async function refusal(
    data: Uint8Array | string,
    name = "upload.mp4",
  ): Promise<{ code?: string; message?: string }> {
    const folder = testFolder();
    await writeFile(join(folder, "secret.txt"), SECRET);
    const path = join(folder, name);
    await writeFile(path, typeof data === "string" ? data.replaceAll("FOLDER", folder) : data);
    return look(path).then(
      () => ({}),
      (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
    );
  }

  const PLAYLIST =
    "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://FOLDER/secret.txt\n#EXT-X-ENDLIST\n";
  const SCRIPT = "ffconcat version 1.0\nfile 'FOLDER/secret.txt'\n";
  // Enough of an MP4 for whoever looks at the first bytes only.
  const FTYP = "\0\0\0\x18ftypisom\0\0\x02\0isomiso2";

  it.each([
    ["an empty file", "", "empty"],
    ["text", "hello", "unsupported_type"],
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "unsupported_type"],
    ["a playlist", PLAYLIST, "unsupported_type"],
    ["a concat script", SCRIPT, "unsupported_type"],
    ["a playlist that begins as MP4", FTYP + PLAYLIST, "corrupt"],
    ["a concat script that begins as MP4", FTYP + SCRIPT, "corrupt"],
    ["a header alone", "\x89PNG\r\n\x1a\n", "unsupported_type"],
    ["a PNG of 900 megapixels", pngBomb(30_000, 30_000), "too_many_pixels"],
    ["a PNG that ends too early", pngBomb(3000, 3000), "corrupt"],
  ])("%s", async (_what, data, code) => {
    const refused = await refusal(data);
    expect(refused.code).toBe(code);
    expect(refused.message).not.toContain(SECRET);
  });

  it("a JPEG that ends too early", async () => {
    const path = await makePhoto(join(testFolder(), "a.jpg"), { width: 300, height: 200 });
    const data = await readFile(path);
    expect((await refusal(data.subarray(0, data.length / 2))).code).toBe("corrupt");
    expect((await refusal(data)).code).toBeUndefined();
  });

  it("an MP4 that ends before its index", async () => {
    const data = await readFile(await makeClip(join(testFolder(), "a.mp4")));
    expect((await refusal(data.subarray(0, data.length / 2))).code).toBe("corrupt");
  });

  it("an animation with too many pixels over all frames", async () => {
    // Two frames that each claim 30 megapixels.
    const canvas = Buffer.from([
      ...Buffer.from("GIF89a"),
      0x70,
      0x17,
      0x88,
      0x13,
      0x80,
      0,
      0,
      0,
      0,
      0,
      255,
      255,
      255,
    ]);
    const frame = Buffer.from([0x2c, 0, 0, 0, 0, 0x70, 0x17, 0x88, 0x13, 0, 2, 2, 0x44, 1, 0]);
    const data = Buffer.concat([canvas, frame, frame, Buffer.from([0x3b])]);
    expect(await refusal(data)).toMatchObject({ code: "too_many_pixels" });
  });

  it("a video whose frames have too many pixels, without decoding them", async () => {
    const path = join(testFolder(), "a.mov");
    await makeWithFfmpeg(
      path,
      "-f lavfi -i color=s=8000x7000:d=0.04",
      "-frames:v 1 -c:v mjpeg -pix_fmt yuvj420p",
    );
    await expect(look(path)).rejects.toThrow("too large");
  });

  it("a video that is too long", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"), {
      size: "16x16",
      fps: "1/60",
      seconds: 1860,
      sound: false,
    });
    await expect(look(path)).rejects.toMatchObject({ code: "too_long" });
  });

  it("what has only a subtitle", async () => {
    const folder = testFolder();
    await writeFile(join(folder, "s.srt"), "1\n00:00:00,000 --> 00:00:01,000\nhello\n");
    const path = await makeWithFfmpeg(join(folder, "a.mkv"), "-i", join(folder, "s.srt"));
    await expect(look(path)).rejects.toMatchObject({ code: "unsupported_type" });
  });
});

it("probe does not mind subtitles beside a video", async () => {
  const folder = testFolder();
  const clip = await makeClip(join(folder, "a.mp4"));
  await writeFile(join(folder, "s.srt"), "1\n00:00:00,000 --> 00:00:01,000\nhello\n");
  for (const name of ["b.mkv", "b.mov"]) {
    const subtitles = ["-i", join(folder, "s.srt"), "-map 0 -map 1 -c:v copy -c:a copy"];
    const codec = name === "b.mov" ? ["-c:s", "mov_text"] : [];
    const path = await makeWithFfmpeg(join(folder, name), "-i", clip, ...subtitles, ...codec);
    expect(await look(path)).toMatchObject({ kind: "video", codec: "h264", audioCodec: "aac" });
  }
});

it("probe names the kind of a track that is not taken", async () => {
  const options = ["-c:v", "mpeg2video", "-f", "matroska"];
  const path = await makeClip(join(testFolder(), "a.mkv"), { sound: false, options });
  await expect(look(path)).rejects.toMatchObject({
    code: "unsupported_type",
    message: expect.stringContaining("mpeg2video"),
  });
});

describe("probe goes by content", () => {
  it("takes a PNG named mp4 for the PNG that it is", async () => {
    const path = join(testFolder(), "upload.mp4");
    await sharp(noise({ width: 20, height: 10 }), { raw: { width: 20, height: 10, channels: 3 } })
      .png()
      .toFile(path);
    expect(await look(path)).toMatchObject({
      kind: "image",
      contentType: "image/png",
      width: 20,
      height: 10,
    });
  });

  it("is stopped by its signal", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(probe({ path, ffprobePath: tools.ffprobePath, signal })).rejects.toThrow("enough");
  });
});
