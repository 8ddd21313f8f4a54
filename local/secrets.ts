import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { writePrivateFile } from "./write-private-file.ts";

const password = z.string().min(20);

/** Passwords of the roles in the embedded PostgreSQL. */
export const PostgresSecrets = z.object({
  superuser: password,
  owner: password,
  service: password,
});
export type PostgresSecrets = z.infer<typeof PostgresSecrets>;

/** The passwords in `secrets.json` (mode 0600), drawn at random the first time. */
export async function keepPostgresSecrets({
  dataDir,
}: {
  dataDir: string;
}): Promise<PostgresSecrets> {
  const file = path.join(dataDir, "secrets.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    const draw = () => randomBytes(24).toString("base64url");
    const drawn: PostgresSecrets = { superuser: draw(), owner: draw(), service: draw() };
    await writePrivateFile(file, `${JSON.stringify({ postgres: drawn }, null, 2)}\n`);
    return drawn;
  }
  try {
    return z.object({ postgres: PostgresSecrets }).parse(JSON.parse(text)).postgres;
  } catch (error) {
    throw new SetupError({
      problem: `${file}, which holds the passwords of the database, cannot be read.`,
      todo: "Restore it from a backup; without it, npm run reset and a fresh start are what is left.",
      cause: error,
    });
  }
}
