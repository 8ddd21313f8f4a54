import { loudnessFilter } from "../audio/measure-loudness.ts";
import type { Loudness } from "../audio/measure-loudness.ts";
import { aacOptions, h264Options, MP4_OPTIONS, PICTURE_END, SOUND_END } from "./mp4-options.ts";
import type { VideoPlan } from "./plan-video.ts";

export interface PlannedVideo {
  plan: VideoPlan;
  /** Of as much of the source as the plan takes; undefined: it stays as loud as it is. */
  loudness: Loudness | undefined;
}

/** Sends a stream to each of several; the names are those of the filters that follow. */
function fanOut(kind: "split" | "asplit", names: string[]): string {
  const labels = names.map((name) => `[${name}]`).join("");
  return names.length === 1
    ? `${kind === "split" ? "null" : "anull"}${labels}`
    : `${kind}=${names.length}${labels}`;
}

/** What is behind a video is made this much smaller to be blurred: nobody sees it, and it is quick. */
const BLUR_SHRINK = 12;

/**
 * What makes two videos of one source look the same before they are encoded. Its links carry its number: several of them
 * may stand in one graph.
 */
function lookOf({ picture, canvas, fill }: VideoPlan, number: number): string {
  const scaled = `scale=${picture.width}:${picture.height}:out_range=tv`;
  if (picture.width === canvas.width && picture.height === canvas.height)
    return `${scaled},${PICTURE_END}`;
  const size = `${canvas.width}:${canvas.height}`;
  switch (fill) {
    case "pad":
      return `${scaled},pad=${size}:(ow-iw)/2:(oh-ih)/2:black,${PICTURE_END}`;
    case "crop":
      return `${scaled},crop=${size},${PICTURE_END}`;
    case "blur": {
      const tiny = [canvas.width, canvas.height].map((side) =>
        Math.max(8, Math.round(side / BLUR_SHRINK / 2) * 2),
      );
      const behind =
        `scale=${tiny.join(":")}:force_original_aspect_ratio=increase:out_range=tv,` +
        `crop=${tiny.join(":")},gblur=sigma=3,eq=brightness=-0.12,scale=${size}`;
      return (
        `split[whole${number}][back${number}];` +
        `[back${number}]${behind},setsar=1[behind${number}];` +
        `[whole${number}]${scaled},setsar=1[front${number}];` +
        `[behind${number}][front${number}]overlay=(W-w)/2:(H-h)/2,${PICTURE_END}`
      );
    }
  }
}

function soundOf({ plan, loudness }: PlannedVideo): string {
  const loud = loudness ? `${loudnessFilter(loudness)},` : "";
  // Cut before it is made louder: how loud it is was measured of this much.
  return `atrim=end=${plan.seconds},${loud}${SOUND_END}`;
}

/** Each thing once, however many videos want it: the part of the graph from `from` to `<prefix><video>` of each. */
function shared(input: {
  kind: "split" | "asplit";
  from: string;
  /** Of each video that wants such a stream: its number and the filters that make it. */
  wanted: { video: number; filters: string }[];
  prefix: string;
}): string[] {
  const { kind, from, wanted, prefix } = input;
  const groups = [...Map.groupBy(wanted, ({ filters }) => filters)];
  if (groups.length === 0) return [];
  return [
    `${from}${fanOut(
      kind,
      groups.map((_group, index) => `${prefix}way${index}`),
    )}`,
    ...groups.map(([filters, videos], index) => {
      const names = videos.map(({ video }) => `${prefix}${video}`);
      return `[${prefix}way${index}]${filters},${fanOut(kind, names)}`;
    }),
  ];
}

/** ffmpeg's filter graph and the options of each output for videos of one source, which is decoded once. Pure. */
export function fitVideosGraph(input: {
  videos: PlannedVideo[];
  /** Filters, each followed by a comma. */
  toneMap: string;
  /** x264's. */
  preset: string;
}): { filter: string; options: string[][] } {
  const { videos, toneMap, preset } = input;
  const [first] = videos;
  if (!first) throw new Error("nothing to make");
  // Videos that look alike are made once: they are told apart by where the first of them is.
  const same = videos.map(({ plan }) => lookOf(plan, 0));
  const looks = videos.map(({ plan }, video) => lookOf(plan, same.indexOf(same[video] ?? "")));
  const pictures = shared({
    kind: "split",
    // Sound and picture both start at 0, for there will be no edit list that could shift them.
    from: `[0:v:0]fps=${first.plan.fps}:start_time=0,${toneMap}`,
    wanted: looks.map((filters, video) => ({ video, filters })),
    prefix: "v",
  });
  const sounds = shared({
    kind: "asplit",
    from: "[0:a:0]",
    wanted: videos.flatMap((one, video) =>
      one.plan.audioKbps === 0 ? [] : [{ video, filters: soundOf(one) }],
    ),
    prefix: "a",
  });
  return {
    filter: [...pictures, ...sounds].join(";"),
    options: videos.map(({ plan }, video) =>
      [
        ["-map", `[v${video}]`, ...(plan.audioKbps === 0 ? ["-an"] : ["-map", `[a${video}]`])],
        ["-t", `${plan.seconds}`],
        h264Options({ fps: plan.fps, crf: 21, preset, maxKbps: plan.videoKbps }),
        plan.audioKbps === 0 ? [] : aacOptions(plan.audioKbps),
        // Some networks refuse edit lists.
        [...MP4_OPTIONS, "-use_editlist", "0"],
      ].flat(),
    ),
  };
}
