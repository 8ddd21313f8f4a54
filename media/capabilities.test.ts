import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFfmpeg, readNames } from "./capabilities.ts";
import { makeScript, testFolder, tools } from "./media-fixtures.ts";

describe("checkFfmpeg", () => {
  it("finds all that the recipes need, and the versions", async () => {
    const found = await checkFfmpeg(tools);
    expect(found.ffmpegVersion).toMatch(/^n?\d/);
    expect(found.ffprobeVersion).toMatch(/^n?\d/);
  });

  it("says what to do when it is not there", async () => {
    const missing = checkFfmpeg({ ...tools, ffprobePath: "/nowhere/ffprobe" });
    await expect(missing).rejects.toThrow(
      "ffprobe can't be run at /nowhere/ffprobe: install ffmpeg",
    );
    await expect(missing).rejects.toThrow("FFPROBE_PATH");
  });

  it("says what a poor build lacks", async () => {
    const ffmpegPath = await makeScript(
      join(testFolder(), "ffmpeg"),
      `case "$*" in
        *-version*) echo "ffmpeg version 1.2" ;;
        *-encoders*) ${tools.ffmpegPath} -hide_banner -encoders | grep -v x264 ;;
        *-filters*) ${tools.ffmpegPath} -hide_banner -filters | grep -v loudnorm ;;
        *) exec ${tools.ffmpegPath} "$@" ;;
      esac`,
    );
    const poor = checkFfmpeg({ ...tools, ffmpegPath });
    await expect(poor).rejects.toThrow(
      /ffmpeg 1\.2 .* without encoders libx264; filters loudnorm: use a full build/,
    );
  });
});

describe("readNames", () => {
  it("reads names, not the legend", () => {
    const list =
      " V..... = Video\n ------\n V....D libx264              libx264 H.264\n A....D aac                  AAC\n";
    expect([...readNames(list)].filter((name) => name !== "=")).toEqual(["libx264", "aac"]);
    expect(
      readNames(
        " ..C scale             V->V       Scale\n TSC pad               V->V       Pad\n",
      ).has("pad"),
    ).toBe(true);
  });
});
