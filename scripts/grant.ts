// `npm run grant -- EMAIL CREDITS [--data-dir DIR]`: adds credits to the workspace that a person owns.
import { randomUUID } from "node:crypto";
import { giveCredits } from "#db/give-credits.ts";
import { inWorkspace } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { GRANT_HELP } from "./lib/help-texts.mjs";
import { runForPerson } from "./lib/run-for-person.ts";
import { SetupError } from "./lib/setup-error.mjs";

const largestGrant = 1_000_000_000;

await runForPerson({
  help: GRANT_HELP,
  words: 2,
  check: ([credits]) => void readCredits(credits),
  async work({ orm, user, workspaceId, words }) {
    const credits = readCredits(words[0]);
    if (workspaceId === undefined) {
      throw new SetupError({
        problem: `${user.email} owns no workspace.`,
        todo: "Name the e-mail address of the workspace's owner.",
      });
    }
    const subject = `grant:${randomUUID()}`;
    const left = await inWorkspace(orm, workspaceId)
      .transactional((em) =>
        giveCredits(em, { workspaceId, subject, credits, actor: "operator:local" }),
      )
      .then((given) => given.left, explain);
    return `Granted ${credits} credits to the workspace of ${user.email}: it has ${left} now.`;
  },
});

function explain(error: unknown): never {
  if (!(error instanceof Problem)) throw error;
  throw new SetupError({ problem: error.message, todo: "Grant fewer." });
}

function readCredits(word = ""): number {
  const credits = /^\d{1,10}$/.test(word) ? Number(word) : 0;
  if (credits >= 1 && credits <= largestGrant) return credits;
  throw new SetupError({
    problem: `"${word}" is not a number of credits.`,
    todo: `Give a whole number from 1 to ${largestGrant}, without a sign or separators.`,
  });
}
