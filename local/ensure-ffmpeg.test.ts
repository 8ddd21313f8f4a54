import { expect, test } from "vitest";
import { ensureFfmpeg, ffmpegInstallCommand } from "./ensure-ffmpeg.ts";

test.each([
  ["linux", "ID=debian\nVERSION_ID=12", true, "apt-get install ffmpeg"],
  ["linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"', false, "sudo apt-get install ffmpeg"],
  ["linux", "ID=fedora", false, "sudo dnf install ffmpeg-free"],
  ["linux", "ID=alpine", true, "apk add ffmpeg"],
  ["linux", 'ID="opensuse-leap"\nID_LIKE="suse opensuse"', false, "sudo zypper install ffmpeg"],
  ["darwin", "", false, "brew install ffmpeg"],
  ["linux", "", false, "from your system's packages, or https://ffmpeg.org/download.html"],
])("knows how %s (%j) installs it", (platform, osRelease, root, command) => {
  expect(ffmpegInstallCommand({ platform, osRelease, root })).toBe(command);
});

test("a FFMPEG_PATH that is no program is named", async () => {
  await expect(ensureFfmpeg({ env: { FFMPEG_PATH: "/nowhere/ffmpeg" } })).rejects.toThrow(
    /FFMPEG_PATH is \/nowhere\/ffmpeg, which cannot be executed[\s\S]*What to do/,
  );
});
