import { Member, User } from "#db/entities/index.ts";
import { forUser, openOrm, outsideWorkspaces } from "#db/orm.ts";
import { checkDatabase } from "#local/check-database.ts";
import { explainError } from "#local/explain-error.ts";
import { parseOptions } from "#local/parse-options.ts";
import type { MikroORM } from "@mikro-orm/postgresql";
import { findDatabase } from "./find-database.ts";
import { SetupError } from "./setup-error.mjs";

export interface ForPerson {
  orm: MikroORM;
  user: User;
  /** The workspace that the person owns; the oldest of several. */
  workspaceId: string | undefined;
  /** What stands behind the e-mail address. */
  words: string[];
}

/**
 * Runs a script for operators, `npm run NAME -- EMAIL …`, on the installation's database and prints the line that it
 * answers. `check` sees the words before the database is asked. What goes wrong is said without a stack; the exit code
 * is then 1.
 */
export async function runForPerson(options: {
  help: string;
  /** How many words are needed, the e-mail address among them. */
  words: number;
  check?: (words: string[]) => void;
  work: (input: ForPerson) => Promise<string>;
}): Promise<void> {
  try {
    process.stdout.write(`${await answer(options)}\n`);
  } catch (error) {
    process.stderr.write(`${explainError(error)}\n`);
    process.exitCode = 1;
  }
}

async function answer(options: Parameters<typeof runForPerson>[0]): Promise<string> {
  const { values, positionals } = parseOptions({
    args: process.argv.slice(2),
    options: { "data-dir": { type: "string" }, help: { type: "boolean", short: "h" } },
    positionals: options.words,
    help: options.help,
  });
  if (values.help === true) return options.help;
  const [email = "", ...words] = positionals;
  if (positionals.length < options.words) {
    throw new SetupError({
      problem:
        positionals.length === 0 ? "Whose? No e-mail address is given." : "A word is missing.",
      todo: `Use it as below.\n\n${options.help}`,
    });
  }
  options.check?.(words);
  const url = await findDatabase({
    dataDir: values["data-dir"],
    cwd: process.env["INIT_CWD"] ?? process.cwd(),
    environment: process.env,
  });
  await checkDatabase({ variable: "DATABASE_URL", url });
  const orm = await openOrm({ url, poolSize: 2 });
  try {
    const user = await findUser(orm, email);
    const [owner] = await forUser(orm, user.id).find(
      Member,
      { userId: user.id, role: "owner" },
      { orderBy: { id: "asc" }, limit: 1 },
    );
    return await options.work({ orm, user, workspaceId: owner?.workspaceId, words });
  } finally {
    await orm.close();
  }
}

async function findUser(orm: MikroORM, email: string): Promise<User> {
  const user = await outsideWorkspaces(orm).findOne(User, { email: email.trim().toLowerCase() });
  if (user) return user;
  throw new SetupError({
    problem: `Nobody is registered with the e-mail address ${email}.`,
    todo: "Correct it, or have the person register first.",
  });
}
