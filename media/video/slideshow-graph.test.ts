import { describe, expect, it } from "vitest";
import { slideshowGraph } from "./slideshow-graph.ts";

const canvas = { width: 320, height: 240 };

describe("slideshowGraph", () => {
  it("lets each slide last into the next, and begins the next on time", () => {
    const graph = slideshowGraph({ seconds: [2, 3, 4], canvas, crossfade: 0.5, moves: true });
    expect([...graph.matchAll(/:d=(\d+):/g)].map(([, frames]) => Number(frames))).toEqual([
      75, 105, 120,
    ]);
    expect(graph).toContain(
      "[slide0][slide1]xfade=transition=fade:duration=0.5:offset=2,format=yuv420p[upto1]",
    );
    expect(graph).toContain(
      "[upto1][slide2]xfade=transition=fade:duration=0.5:offset=5,format=yuv420p[picture]",
    );
  });

  it("never fades longer than half of the shortest slide, and not at all where there is one", () => {
    const graph = slideshowGraph({ seconds: [1, 0.4], canvas, crossfade: 3, moves: false });
    expect(graph).toContain("duration=0.2:offset=1,format=yuv420p[picture]");
    expect(graph).toContain("zoompan=z='1'");
    expect(slideshowGraph({ seconds: [5], canvas, crossfade: 1, moves: false })).toContain(
      "[slide0]concat=n=1",
    );
    expect(slideshowGraph({ seconds: [5, 5], canvas, crossfade: 0, moves: false })).toContain(
      "[slide0][slide1]concat=n=2",
    );
  });
});
