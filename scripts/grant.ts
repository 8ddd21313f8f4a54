// `npm run grant -- EMAIL CREDITS [--data-dir DIR]`: adds credits to the workspace that a person owns.
import { randomUUID } from "node:crypto";
import { grantCredits } from "#db/credits.ts";
import { WorkspaceDetails } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { GRANT_HELP } from "./lib/help-texts.mjs";
import { runForPerson } from "./lib/run-for-person.ts";
import { SetupError } from "./lib/setup-error.mjs";

/** A balance is a whole number of 32 bits in the database. */
const largestGrant = 1_000_000_000;
const largestBalance = 2_147_483_647;

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
    const balance = await inWorkspace(orm, workspaceId).transactional(async (em) => {
      const before = await em.findOneOrFail(WorkspaceDetails, { id: workspaceId });
      if (before.credits + credits > largestBalance) {
        throw new SetupError({
          problem: `The workspace has ${before.credits} credits already: that many more are more than it can have.`,
          todo: "Grant fewer.",
        });
      }
      await grantCredits(em, { workspaceId, subject, credits });
      await recordAudit(em, {
        workspaceId,
        actor: "operator:local",
        action: "credits.granted",
        subject,
        detail: { credits },
      });
      const after = await em.findOneOrFail(
        WorkspaceDetails,
        { id: workspaceId },
        { refresh: true },
      );
      return after.credits;
    });
    return `Granted ${credits} credits to the workspace of ${user.email}: it has ${balance} now.`;
  },
});

function readCredits(word = ""): number {
  const credits = /^\d{1,10}$/.test(word) ? Number(word) : 0;
  if (credits >= 1 && credits <= largestGrant) return credits;
  throw new SetupError({
    problem: `"${word}" is not a number of credits.`,
    todo: `Give a whole number from 1 to ${largestGrant}, without a sign or separators.`,
  });
}
