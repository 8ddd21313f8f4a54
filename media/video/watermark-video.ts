import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { prepareMark } from "../image/prepare-mark.ts";
import type { Mark } from "../image/prepare-mark.ts";
import { withTempFolder } from "../with-temp-folder.ts";
import { remakeVideo, workingBox } from "./remake-video.ts";
import type { RemakeInput } from "./remake-video.ts";

/** Lays a mark over a video, all the time. Throws as `prepareMark` and `runFfmpeg` do. */
export async function watermarkVideo(input: RemakeInput & { mark: Mark }): Promise<void> {
  const { mark, ...rest } = input;
  const canvas = workingBox(input.video.probe);
  await withTempFolder(async (folder) => {
    const { png, left, top } = await prepareMark({ mark, canvas });
    const path = join(folder, "mark.png");
    await writeFile(path, png);
    await remakeVideo({
      ...rest,
      more: [{ path, demuxer: "png_pipe" }],
      picture: `[shown][1:v:0]overlay=${left}:${top}:format=auto[changed]`,
    });
  });
}
