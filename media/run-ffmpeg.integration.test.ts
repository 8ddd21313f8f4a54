import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { MediaError } from "#domain/errors.ts";
import { findConfiningTools } from "./confine.ts";
import { isRunning, makeClip, makeScript, readPid, testFolder, tools } from "./media-fixtures.ts";
import { FfmpegFailed } from "./ffmpeg-failure.ts";
import { runFfmpeg } from "./run-ffmpeg.ts";
import { runFfprobe } from "./run-ffprobe.ts";

const confining = await findConfiningTools();
const gone = (pid: number) =>
  vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5000, interval: 5 });

/** ffmpeg that first says which process it is. */
const tellingFfmpeg = (folder: string) =>
  makeScript(join(folder, "ffmpeg"), `echo $$ > ${folder}/pid; exec ${tools.ffmpegPath} "$@"`);

/** Something that encodes until it is stopped, at the pace of the clock. */
async function endless(folder: string) {
  const path = await makeClip(join(folder, "in.mp4"), { size: "32x32", sound: false });
  return {
    ffmpegPath: await tellingFfmpeg(folder),
    inputs: [{ path, demuxer: "mov" as const, options: ["-re", "-stream_loop", "-1"] }],
    outputs: [{ path: join(folder, "out.mp4"), options: ["-c:v", "libx264", "-f", "mp4"] }],
    expectedSeconds: 10_000,
  };
}

describe("runFfmpeg", () => {
  it("writes the output at once, tells progress up to 1 and gives ffmpeg's words", async () => {
    const folder = testFolder();
    const path = await makeClip(join(folder, "in.mp4"));
    const heard: number[] = [];
    const { stderr } = await runFfmpeg({
      ...tools,
      inputs: [{ path, demuxer: "mov" }],
      outputs: [
        {
          path: join(folder, "out.mp4"),
          // The title has exactly one space: the library would cut it in two in a list.
          options: ["-metadata", "title=two words", "-c:v", "libx264", "-f", "mp4"],
        },
      ],
      expectedSeconds: 1,
      onProgress: (fraction) => heard.push(fraction),
    });
    expect(await readdir(folder)).toEqual(["in.mp4", "out.mp4"]);
    expect(heard.length).toBeGreaterThan(1);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
    expect(heard.at(-1)).toBe(1);
    expect(stderr).toContain("libx264");
    expect(stderr).not.toContain("out_time");
    const options = ["-show_entries", "format_tags=title", "-of", "csv=p=0"];
    const title = await runFfprobe({
      ...tools,
      path: join(folder, "out.mp4"),
      demuxer: "mov",
      options,
    });
    expect(title.trim()).toBe("two words");
  });

  it("leaves no file and no process when aborted midway, and says why it was", async () => {
    const folder = testFolder();
    const controller = new AbortController();
    const running = runFfmpeg({
      ...(await endless(folder)),
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    const pid = await readPid(join(folder, "pid"));
    await expect(running).rejects.toThrow("enough");
    expect(isRunning(pid)).toBe(false);
    expect(await readdir(folder)).toEqual(["ffmpeg", "in.mp4", "pid"]);
  });

  it("kills what does not end when told to", async () => {
    const folder = testFolder();
    const stubborn = await makeScript(
      join(folder, "stubborn"),
      `trap "" TERM; echo $$ > ${folder}/pid; exec sleep 1000`,
    );
    const controller = new AbortController();
    const input = {
      ...(await endless(folder)),
      ffmpegPath: stubborn,
      signal: controller.signal,
      graceMs: 20,
    };
    const running = runFfmpeg(input);
    const pid = await readPid(join(folder, "pid"));
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await gone(pid);
  });

  it("stops by itself after its time", async () => {
    const folder = testFolder();
    const running = runFfmpeg({ ...(await endless(folder)), timeoutMs: 300 });
    await expect(running).rejects.toMatchObject({ name: "MediaError", code: "timeout" });
    expect(await readdir(folder)).not.toContain("out.mp4");
  });

  it("does not start when aborted before", async () => {
    const folder = testFolder();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(runFfmpeg({ ...(await endless(folder)), signal })).rejects.toThrow("enough");
    expect(await readdir(folder)).toEqual(["ffmpeg", "in.mp4"]);
  });

  it("blames a broken file, without naming our paths, and keeps the output that was there", async () => {
    const folder = testFolder();
    const path = join(folder, "in.mp4");
    await writeFile(path, `#EXTM3U\n#EXTINF:10,\n${folder}/secret.txt\n`);
    await writeFile(join(folder, "out.mp4"), "as it was");
    const error = await runFfmpeg({
      ...tools,
      inputs: [{ path, demuxer: "mov" }],
      outputs: [{ path: join(folder, "out.mp4"), options: ["-c", "copy", "-f", "mp4"] }],
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MediaError);
    expect(error).toMatchObject({ code: "corrupt", message: expect.stringContaining("INPUT") });
    expect(String(error)).not.toContain(folder);
    expect(await readFile(join(folder, "out.mp4"), "utf8")).toBe("as it was");
    expect(await readdir(folder)).toEqual(["in.mp4", "out.mp4"]);
  });

  it("does not blame the file for our own faults", async () => {
    const folder = testFolder();
    const path = await makeClip(join(folder, "in.mp4"), { sound: false });
    const to = (...options: string[]) => ({
      ...tools,
      inputs: [{ path, demuxer: "mov" as const }],
      outputs: [{ path: join(folder, "out.mp4"), options }],
    });
    const wrongOption = runFfmpeg(to("-c:v", "no-such-encoder", "-f", "mp4"));
    await expect(wrongOption).rejects.toThrow(FfmpegFailed);
    await expect(wrongOption).rejects.toThrow("no-such-encoder");
    const missing = runFfmpeg({ ...to("-f", "mp4"), ffmpegPath: "/nowhere/ffmpeg" });
    await expect(missing).rejects.toThrow(FfmpegFailed);
    await expect(missing).rejects.toThrow("/nowhere/ffmpeg");
    const full = await makeScript(
      join(folder, "full"),
      'echo "INPUT: Invalid data found" >&2; echo "No space left on device" >&2; exit 1',
    );
    await expect(runFfmpeg({ ...to(), ffmpegPath: full })).rejects.toThrow(FfmpegFailed);
    const killed = await makeScript(join(folder, "killed"), "kill -KILL $$");
    await expect(runFfmpeg({ ...to(), ffmpegPath: killed })).rejects.toThrow("SIGKILL");
  });

  it("keeps our secrets out of reach, and gives an empty folder to work in", async () => {
    const folder = testFolder();
    const spy = await makeScript(join(folder, "spy"), `(env; ls -A) > ${folder}/seen; exit 1`);
    vi.stubEnv("DATABASE_URL", "postgres://secret");
    const run = { ...(await endless(folder)), ffmpegPath: spy };
    await expect(runFfmpeg(run)).rejects.toThrow(FfmpegFailed);
    vi.unstubAllEnvs();
    const seen = await readFile(join(folder, "seen"), "utf8");
    expect(seen).toContain("PATH=");
    expect(seen).not.toContain("secret");
    expect(seen).not.toContain("mp4");
  });

  it.skipIf(!confining.dieWithParent)(
    "ends with the process that runs it (needs setpriv)",
    async () => {
      const folder = testFolder();
      // Says nothing, and so would not notice by itself that nobody listens any more.
      const silent = await makeScript(
        join(folder, "silent"),
        `echo $$ > ${folder}/pid; exec sleep 1000`,
      );
      const run = { ...(await endless(folder)), ffmpegPath: silent };
      const parent = spawn(process.execPath, [
        "--input-type=module",
        "--eval",
        `import { runFfmpeg } from ${JSON.stringify(new URL("./run-ffmpeg.ts", import.meta.url).href)};
       await runFfmpeg(${JSON.stringify(run)});`,
      ]);
      const exited = once(parent, "exit");
      const pid = await readPid(join(folder, "pid"));
      parent.kill("SIGKILL");
      await exited;
      await gone(pid);
    },
  );
});

describe("runFfmpeg with several files", () => {
  const h264 = ["-c:v", "libx264", "-f", "mp4"];

  /** Two clips side by side, and the first alone, from one run. */
  async function two(folder: string) {
    const left = await makeClip(join(folder, "left.mp4"), { sound: false });
    const right = await makeClip(join(folder, "right.mkv"), { sound: false });
    return {
      ...tools,
      inputs: [
        { path: left, demuxer: "mov" as const },
        { path: right, demuxer: "matroska" as const },
      ],
      filter: "[0:v]split[one][other];[other][1:v]hstack[both]",
      outputs: [
        { path: join(folder, "both.mp4"), options: ["-map", "[both]", ...h264] },
        { path: join(folder, "one.mp4"), options: ["-map", "[one]", ...h264] },
      ],
    };
  }

  it("reads each by its own demuxer, and writes all outputs of one run", async () => {
    const folder = testFolder();
    await runFfmpeg(await two(folder));
    expect(await readdir(folder)).toEqual(["both.mp4", "left.mp4", "one.mp4", "right.mkv"]);
    const widths = ["both.mp4", "one.mp4"].map((name) =>
      runFfprobe({
        ...tools,
        path: join(folder, name),
        demuxer: "mov",
        options: ["-show_entries", "stream=width", "-of", "csv=p=0"],
      }),
    );
    expect((await Promise.all(widths)).map(Number)).toEqual([320, 160]);
  });

  it("writes none where one fails, and keeps what was there", async () => {
    const folder = testFolder();
    const run = await two(folder);
    await writeFile(join(folder, "both.mp4"), "as it was");
    const [first, second] = run.outputs;
    const bad = { path: second?.path ?? "", options: ["-map", "[one]", "-c:v", "none-such"] };
    await expect(runFfmpeg({ ...run, outputs: [first ?? bad, bad] })).rejects.toThrow("none-such");
    expect(await readFile(join(folder, "both.mp4"), "utf8")).toBe("as it was");
    expect(await readdir(folder)).toEqual(["both.mp4", "left.mp4", "right.mkv"]);
  });

  it("guards each input: a script that names another file is not followed", async () => {
    const folder = testFolder();
    const run = await two(folder);
    await writeFile(join(folder, "right.mkv"), "ffconcat version 1.0\nfile left.mp4\n");
    const error = await runFfmpeg(run).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "MediaError", code: "corrupt" });
    expect(String(error)).not.toContain(folder);
  });

  it("lays the run's own files where filters find them, and takes them away", async () => {
    const folder = testFolder();
    const path = await makeClip(join(folder, "in.mp4"), { sound: false });
    const bars = "drawbox=color=red:t=fill";
    await runFfmpeg({
      ...tools,
      inputs: [{ path, demuxer: "mov" }],
      files: { "bars.txt": `0.0 drawbox color blue;` },
      filter: `[0:v]${bars},sendcmd=f=bars.txt[out]`,
      outputs: [{ path: join(folder, "out.mp4"), options: ["-map", "[out]", ...h264] }],
    });
    expect(await readdir(folder)).toEqual(["in.mp4", "out.mp4"]);
  });

  it("wants its outputs in one folder, under different names", async () => {
    const folder = testFolder();
    const run = await two(folder);
    const [first] = run.outputs;
    if (!first) throw new Error("no output");
    await expect(runFfmpeg({ ...run, outputs: [first, first] })).rejects.toThrow("one folder");
    const elsewhere = { ...first, path: join(testFolder(), "x.mp4") };
    await expect(runFfmpeg({ ...run, outputs: [first, elsewhere] })).rejects.toThrow("one folder");
  });
});
