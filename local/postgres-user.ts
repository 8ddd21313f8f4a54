import { SetupError } from "../scripts/lib/setup-error.mjs";
import { run } from "../scripts/lib/run.mjs";

/** Whom PostgreSQL runs as; nothing in it means ourselves. */
export interface PostgresUser {
  uid?: number;
  gid?: number;
}

const NAME = "postgres";

/** PostgreSQL refuses to run as root: there it runs as the user `postgres`, who is made when absent. */
export async function ensurePostgresUser(): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return {};
  const found = await lookUp();
  if (found) return found;
  const made = await run({
    command: "useradd",
    args: [
      "--system",
      "--user-group",
      "--no-create-home",
      "--home-dir",
      "/nonexistent",
      "--shell",
      "/usr/sbin/nologin",
      NAME,
    ],
  });
  const user = await lookUp();
  if (user) return user;
  throw new SetupError({
    problem: `PostgreSQL does not run as root, and there is no user "${NAME}" to run it as.`,
    tried: [`useradd --system ${NAME}: ${made.stderr.trim() || `exit code ${made.code}`}`],
    todo: `Make that user, or start as a user who is not root, or set DATABASE_URL and DATABASE_ADMIN_URL.`,
  });
}

async function lookUp(): Promise<{ uid: number; gid: number } | undefined> {
  const [uid, gid] = await Promise.all([
    run({ command: "id", args: ["-u", NAME] }),
    run({ command: "id", args: ["-g", NAME] }),
  ]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Whether that user can run the command, asked of the system by running it as them. */
export async function canRun(
  user: PostgresUser,
  command: string,
  args: string[],
): Promise<boolean> {
  const said = await run({ command, args, cwd: "/", env: { PATH: process.env["PATH"] }, ...user });
  return said.code === 0;
}
