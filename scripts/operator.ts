// `npm run operator -- EMAIL [--data-dir DIR]`: makes a registered person an operator of this installation.
import { User } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { OPERATOR_HELP } from "./lib/help-texts.mjs";
import { runForPerson } from "./lib/run-for-person.ts";

await runForPerson({
  help: OPERATOR_HELP,
  words: 1,
  async work({ orm, user, workspaceId }) {
    if (user.operator) return `${user.email} is an operator already.`;
    const em = workspaceId === undefined ? outsideWorkspaces(orm) : inWorkspace(orm, workspaceId);
    await em.transactional(async (inside) => {
      await inside.nativeUpdate(User, { id: user.id }, { operator: true });
      if (workspaceId === undefined) return;
      await recordAudit(inside, {
        workspaceId,
        actor: "operator:local",
        action: "user.made_operator",
        subject: `user:${user.id}`,
      });
    });
    return `${user.email} is an operator now.`;
  },
});
