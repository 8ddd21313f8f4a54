import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const oxlint = path.join(root, "node_modules", ".bin", "oxlint");

/** Imports that architecture bars, and some that it allows: the linter's own configuration decides. */
const barred: [file: string, source: string][] = [
  ["workflows/a.ts", 'import { inWorkspace } from "#db/orm.ts";\ninWorkspace;'],
  ["workflows/b.ts", 'import { createActivities } from "#activities/index.ts";\ncreateActivities;'],
  ["workflows/c.ts", 'import { readFile } from "node:fs/promises";\nreadFile;'],
  ["workflows/d.ts", 'import { z } from "zod";\nz;'],
  ["workflows/e.ts", 'import { generateText } from "ai";\ngenerateText;'],
  ["workflows/f.ts", 'import { wakeUps } from "#domain/wake-ups.ts";\nwakeUps;'],
  ["workflows/g.ts", 'export const answer = fetch("http://example.org");\nvoid answer;'],
  ["agents/story.ts", 'import { findRole } from "#agents/roles/registry.ts";\nfindRole;'],
  ["domain/a.ts", 'import { Post } from "#db/entities/index.ts";\nPost;'],
  ["db/a.ts", 'import { buildApp } from "#api/app.ts";\nbuildApp;'],
  ["media/a.ts", 'import { createActivities } from "#activities/index.ts";\ncreateActivities;'],
  ["activities/a.ts", 'import { buildApp } from "#api/app.ts";\nbuildApp;'],
  ["observe/a.ts", 'import { openOrm } from "#db/orm.ts";\nopenOrm;'],
  ["api/a.ts", 'import { openSecrets } from "#db/vault/open.ts";\nopenSecrets;'],
  ["api/b.ts", 'import { createActivities } from "#activities/index.ts";\ncreateActivities;'],
  ["api/c.ts", 'import { fitImage } from "#media/image/fit-image.ts";\nfitImage;'],
  ["api/d.ts", 'import { platform } from "#platforms/sandbox/index.ts";\nplatform;'],
  ["platforms/one/a.ts", 'import { platform } from "../two/index.ts";\nplatform;'],
  ["platforms/one/b.ts", 'import { platform } from "#platforms/two/index.ts";\nplatform;'],
  ["platforms/one/c.ts", 'import { platform } from "../linkedin/index.ts";\nplatform;'],
  ["web/lib/a.ts", 'import { theme } from "#web/app/theme.ts";\ntheme;'],
  ["web/components/a.ts", 'import { x } from "#web/features/runs/x.ts";\nx;'],
  ["web/features/one/a.ts", 'import { x } from "#web/features/two/x.ts";\nx;'],
  ["web/features/one/b.ts", 'import { Post } from "#db/entities/index.ts";\nPost;'],
  ["web/app/a.ts", 'import { buildApp } from "#api/app.ts";\nbuildApp;'],
  ["providers/one/a.ts", 'import { provider } from "../two/index.ts";\nprovider;'],
];
const allowed: [file: string, source: string][] = [
  ["web/app/z.ts", 'import { x } from "#web/features/one/x.ts";\nx;'],
  ["web/lib/z.ts", 'import { postMachine } from "#domain/states.ts";\npostMachine;'],
  ["workflows/y.ts", 'import { postMachine } from "#domain/states.ts";\npostMachine;'],
  ["workflows/z.ts", 'import { ioOptions } from "#temporal.config";\nioOptions;'],
  ["agents/z.ts", 'import { generate } from "#workflows/generate.ts";\ngenerate;'],
  ["api/z.ts", 'import { sealSecrets } from "#db/vault/seal.ts";\nsealSecrets;'],
  ["api/y.ts", 'import { manifest } from "#platforms/sandbox/manifest.ts";\nmanifest;'],
  ["platforms/one/z.ts", 'import { checkLimits } from "../lib/check-limits.ts";\ncheckLimits;'],
  ["platforms/one/y.ts", 'import { readPart } from "#platforms/lib/read-part.ts";\nreadPart;'],
];

describe("the linter", () => {
  let folder: string;
  let told: Map<string, string[]>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "drumbeat-boundaries-"));
    await copyFile(path.join(root, ".oxlintrc.json"), path.join(folder, ".oxlintrc.json"));
    for (const [file, source] of [...barred, ...allowed]) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), `${source}\n`);
    }
    told = await lint(folder);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(barred)("refuses %s: %s", (file) => {
    expect(told.get(file) ?? []).toContainEqual(
      expect.stringMatching(/no-restricted-(imports|globals)/),
    );
  });

  it.each(allowed)("takes %s: %s", (file) => {
    expect((told.get(file) ?? []).filter((rule) => rule.includes("no-restricted"))).toEqual([]);
  });
});

/** Rules that each file breaks, by its path. */
function lint(folder: string): Promise<Map<string, string[]>> {
  return new Promise((resolve, reject) => {
    execFile(
      oxlint,
      ["--format", "json"],
      { cwd: folder, maxBuffer: 16 * 1024 * 1024 },
      (_error, stdout) => {
        try {
          const { diagnostics } = JSON.parse(stdout) as {
            diagnostics: { code: string; filename: string }[];
          };
          const found = new Map<string, string[]>();
          for (const { code, filename } of diagnostics) {
            found.set(filename, [...(found.get(filename) ?? []), code]);
          }
          resolve(found);
        } catch (error) {
          reject(error);
        }
      },
    );
  });
}
