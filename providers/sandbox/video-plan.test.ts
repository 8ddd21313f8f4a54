import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { markAlone } from "./paint-mark.ts";
import { shortened } from "./paint-video-overlay.ts";
import { soundIn } from "./open-source-video.ts";
import { readVideoInputs } from "./read-video-inputs.ts";
import { type VideoGraphInput, videoGraph } from "./video-graph.ts";
import { videoJobProgress } from "./video-model.ts";

const still: VideoGraphInput = {
  ...{ width: 1280, height: 720, seconds: 4, overlay: 1 },
  motions: [{ zoom: "in", across: 0.5, down: 0.25 }],
};
const twoStills: VideoGraphInput = {
  ...still,
  overlay: 2,
  motions: [...still.motions, { zoom: "out", across: 0, down: 1 }],
};

describe("videoGraph", () => {
  it("moves the camera over one still for as many frames as it takes", () => {
    const graph = videoGraph(still);
    expect(graph).toContain("zoompan=z='1+0.15*on/99':x='(iw-iw/zoom)*0.500'");
    expect(graph).toContain("d=100:s=1280x720:fps=25");
    expect(graph).toContain("trim=end_frame=100");
    expect(graph).toMatch(/\[picture\]$/u);
    expect(graph).not.toContain("[sound]");
  });

  it("crossfades two stills into the same length", () => {
    const graph = videoGraph(twoStills);
    expect(graph.match(/d=60:/gu)).toHaveLength(2);
    expect(graph).toContain("xfade=transition=fade:duration=0.80:offset=1.60");
    expect(graph).toContain("z='1+0.15*(59-on)/59'");
  });

  it("ends in sound where there is music, and fills up what a video before it lacks", () => {
    expect(videoGraph({ ...still, music: 2 })).toMatch(/\[sound\]$/u);
    const before = { input: 3, hasSound: false };
    expect(videoGraph({ ...still, music: 2, before })).toContain("anullsrc");
    expect(videoGraph({ ...still, music: 2, before: { ...before, hasSound: true } })).toContain(
      "[3:a:0]",
    );
    expect(videoGraph({ ...still, before })).toMatch(/concat=n=2:v=1:a=0\[picture\]$/u);
  });

  it("uses every link once as an end and once as a beginning", () => {
    const music = 4;
    for (const input of [
      still,
      twoStills,
      { ...still, music },
      { ...still, music, before: { input: 5, hasSound: true } },
      { ...still, music, before: { input: 5, hasSound: false } },
      { ...twoStills, before: { input: 5, hasSound: true } },
    ]) {
      const names = videoGraph(input).match(/\[[a-z]+\d*\]/gu) ?? [];
      const ends = new Set(["[picture]", "[sound]"]);
      for (const name of new Set(names)) {
        const times = names.filter((one) => one === name).length;
        expect(times, name).toBe(ends.has(name) ? 1 : 2);
      }
    }
  });
});

describe("a caption", () => {
  it("is the prompt without directives, shortened between signs", () => {
    expect(shortened("Warm\n bread [[sandbox looks=0]]")).toBe("Warm bread");
    expect(shortened("👩‍👩‍👧‍👦".repeat(130))).toBe(`${"👩‍👩‍👧‍👦".repeat(120)}…`);
  });
});

describe("the mark alone", () => {
  it("is bright letters on black", async () => {
    const mark = markAlone({ width: 1280, height: 720 });
    const { channels } = await sharp(mark.data, { raw: mark }).stats();
    expect(channels[0]?.max).toBeGreaterThan(200);
    expect(channels[0]?.min).toBe(0);
  });
});

describe("what a call for a video brings", () => {
  const file = (data: Uint8Array) => ({ type: "file" as const, mediaType: "image/png", data });
  const given = (call: Partial<Parameters<typeof readVideoInputs>[0]>) =>
    readVideoInputs({
      ...{ image: undefined, frameImages: undefined, inputReferences: undefined },
      ...{ maxReferences: 3, ...call },
    });

  it("is sorted by what it is for, a video by its bytes", async () => {
    const [one, other] = [Buffer.from("one"), Buffer.from("other")];
    const frameImages = [
      { image: file(one), frameType: "first_frame" as const },
      { image: file(other), frameType: "last_frame" as const },
    ];
    expect(await given({ image: file(one), frameImages })).toEqual({
      ...{ firstFrame: one, lastFrame: other, references: [] },
    });
    expect(await given({ frameImages: frameImages.slice(1) })).toEqual({
      ...{ lastFrame: other, references: [] },
    });
    const mp4 = Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom");
    expect(await given({ inputReferences: [file(mp4)] })).toEqual({ source: mp4, references: [] });
    await expect(given({ inputReferences: [file(mp4)], frameImages })).rejects.toThrow(
      "one of them",
    );
  });
});

describe("what ffmpeg says of an input", () => {
  it("tells whether it has sound, and not what the output has", () => {
    const [first, output] = [
      "  Stream #0:1(und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono",
      "Output #0, mp4\n  Stream #1:1: Audio: aac",
    ];
    expect(soundIn(`Input #0\n  Stream #0:0: Video: h264\n${first}`)).toBe(true);
    expect(soundIn(`Input #0\n  Stream #0:0: Video: h264\n${output}`)).toBe(false);
    expect(soundIn("title: Stream #0:1: Audio: x")).toBe(false);
  });
});

describe("videoJobProgress", () => {
  it("reads nothing from what isn't the sandbox's", () => {
    for (const metadata of [undefined, null, 7, {}, { sandbox: 1 }, { sandbox: { fraction: "a" } }])
      expect(videoJobProgress(metadata)).toEqual({});
    expect(videoJobProgress({ sandbox: { fraction: 0.5, queuePosition: 2 } })).toEqual({
      ...{ fraction: 0.5, queuePosition: 2 },
    });
  });
});
