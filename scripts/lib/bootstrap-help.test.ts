import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { HELP_TEXTS } from "./help-texts.mjs";
import { run } from "./run.mjs";

const root = path.resolve(import.meta.dirname, "../..");

test("--help is answered before anything is installed", async () => {
  // Nothing but the plain scripts is there: no dependency, no cache, no network.
  const bare = await mkdtemp(path.join(tmpdir(), "drumbeat-bare-"));
  try {
    await cp(path.join(root, "scripts"), path.join(bare, "scripts"), { recursive: true });
    for (const [name, help] of Object.entries(HELP_TEXTS)) {
      for (const option of ["--help", "-h"]) {
        const result = await run({
          command: process.execPath,
          args: [path.join(bare, "scripts", "bootstrap.mjs"), name, option],
          cwd: bare,
        });
        expect(result, name).toMatchObject({ code: 0, stdout: `${help}\n`, stderr: "" });
      }
    }
  } finally {
    await rm(bare, { recursive: true });
  }
});

test("each option and variable has a line", () => {
  for (const word of ["--port", "--host", "--data-dir", "--public-url", "--no-seed"])
    expect(HELP_TEXTS.start).toContain(`\n  ${word} `);
  for (const word of ["DATABASE_URL", "DATABASE_ADMIN_URL", "TEMPORAL_ADDRESS", "FFMPEG_PATH"])
    expect(HELP_TEXTS.start).toContain(`\n  ${word} `);
  for (const word of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API", "DEFAULT_PROVIDER"])
    expect(HELP_TEXTS.start).toContain(`\n  ${word} `);
  for (const word of ["EGRESS_ALLOW", "REGISTRATION", "LOG_LEVEL", "DRUMBEAT_CACHE_DIR"])
    expect(HELP_TEXTS.start).toContain(`\n  ${word} `);
  for (const word of ["--data-dir", "--yes"]) expect(HELP_TEXTS.reset).toContain(`\n  ${word}`);
});
