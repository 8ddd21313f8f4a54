import { describe, expect, it } from "vitest";
import { soundtrackChain } from "./soundtrack-chain.ts";

const base = { sound: 1, soundSeconds: 10, seconds: 30, choice: {} };

describe("soundtrackChain", () => {
  it("takes all of a sound, fades music out where it ends, and is silent from there on", () => {
    const chain = soundtrackChain(base);
    expect(chain).toContain("[1:a:0]atrim=start=0:end=10,");
    expect(chain).toContain("afade=t=out:st=9:d=1,apad,atrim=end=30");
    expect(chain).not.toContain("aloop");
    expect(chain).not.toContain("volume");
  });

  it("loops a part for as long as the picture", () => {
    const choice = { startSecond: 2, endSecond: 4, loop: true, fadeInSeconds: 3 };
    const chain = soundtrackChain({ ...base, choice });
    expect(chain).toContain("atrim=start=2:end=4,");
    expect(chain).toContain("aloop=loop=-1:size=96000,atrim=end=30");
    expect(chain).toContain("afade=t=in:d=3,afade=t=out:st=29:d=1");
  });

  it("takes no more than the picture needs", () => {
    const chain = soundtrackChain({ ...base, soundSeconds: 100, choice: { startSecond: 5 } });
    expect(chain).toContain("atrim=start=5:end=35,");
  });

  it("lets music give way to the picture's own sound, and that to speech", () => {
    const music = soundtrackChain({ ...base, own: 0 });
    expect(music).toMatch(/^\[1:a:0\].*volume=-8dB.*\[below\];\[0:a:0\].*asplit\[above\]\[key\]/);
    const speech = soundtrackChain({ ...base, own: 0, choice: { kind: "speech" } });
    expect(speech).toMatch(/^\[0:a:0\].*\[below\];\[1:a:0\].*asplit\[above\]\[key\]/);
    expect(soundtrackChain({ ...base, own: 0, choice: { keepOwnSound: false } })).not.toContain(
      "amix",
    );
  });

  it("refuses to take what is not there", () => {
    expect(() => soundtrackChain({ ...base, choice: { startSecond: 10 } })).toThrow(
      expect.objectContaining({ code: "too_short" }),
    );
    expect(() => soundtrackChain({ ...base, choice: { startSecond: 5, endSecond: 4 } })).toThrow(
      "nothing to take",
    );
  });
});
