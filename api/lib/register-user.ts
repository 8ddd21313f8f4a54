import type { MikroORM } from "@mikro-orm/postgresql";
import { grantCredits } from "#db/credits.ts";
import { Member, User, Workspace, WorkspaceDetails } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { joinByInvitation, openInvitation, requireInvited } from "./join-by-invitation.ts";
import type { InvitationLink } from "./join-by-invitation.ts";
import { hashPassword } from "./password.ts";

/** Credits that a new workspace is granted. */
export const welcomeCredits = 1_000;

export interface Registered {
  user: { id: string; name: string; email: string };
  workspace: { id: string; name: string };
}

/**
 * Makes a user with a workspace of their own, whose owner they are, or makes them a member of the workspace that invites
 * them. The first one, the demo's seed and the invited apart, becomes the operator of the installation. Throws Problem
 * 403 `registration_closed` or `other_account`, 404 `invitation_not_valid`, 409 `email_taken`.
 */
export async function registerUser(input: {
  orm: MikroORM;
  registration: "open" | "first" | "closed";
  name: string;
  email: string;
  password: string;
  workspaceName?: string;
  /** Lets them in even where registration is closed. */
  invitation?: { link: InvitationLink; now: Date };
  address?: string | undefined;
  /** Made by the demo's seed: always allowed, and never the first person. */
  seeded?: boolean;
}): Promise<Registered> {
  // Looked at once before the costly hash, and once more under the lock below.
  const { invitation } = input;
  const email = input.email.trim().toLowerCase();
  if (invitation) {
    const { link, now } = invitation;
    requireInvited(await openInvitation(input.orm, link, now), email);
  } else await refuseIfClosed(outsideWorkspaces(input.orm), input);
  const passwordHash = await hashPassword(input.password);
  const workspaceId = invitation?.link.workspaceId ?? newId();
  const userId = newId();
  const ownName = input.workspaceName ?? `${input.name}'s workspace`;
  const workspaceName = await inWorkspace(input.orm, workspaceId).transactional(async (em) => {
    // One registration at a time: two could otherwise both be the first.
    await em.execute("select pg_advisory_xact_lock(hashtextextended('drumbeat/registration', 0))");
    const people = invitation ? undefined : await refuseIfClosed(em, input);
    if ((await em.count(User, { email })) > 0) {
      throw new Problem({
        status: 409,
        code: "email_taken",
        detail: invitation
          ? "There is an account with this e-mail address. Sign in to accept the invitation."
          : "There is an account with this e-mail address.",
      });
    }
    await insertRow(em, User, {
      id: userId,
      email,
      name: input.name,
      passwordHash,
      operator: !input.seeded && people === 0,
      seeded: input.seeded ?? false,
    });
    if (invitation) {
      const user = { id: userId, email };
      await joinByInvitation(em, { ...invitation, user, address: input.address });
    } else await makeWorkspace(em, { id: workspaceId, name: ownName, owner: userId });
    await recordAudit(em, {
      workspaceId,
      actor: `user:${userId}`,
      action: "user.registered",
      address: input.address,
    });
    const { name } = await em.findOneOrFail(WorkspaceDetails, { id: workspaceId });
    return name;
  });
  return {
    user: { id: userId, name: input.name, email },
    workspace: { id: workspaceId, name: workspaceName },
  };
}

async function makeWorkspace(
  em: EntityManager,
  workspace: { id: string; name: string; owner: string },
): Promise<void> {
  const { id, name, owner } = workspace;
  await insertRow(em, Workspace, { id, status: "active" });
  await insertRow(em, WorkspaceDetails, { id, workspaceId: id, name, credits: 0 });
  await insertRow(em, Member, { workspaceId: id, userId: owner, role: "owner" });
  await grantCredits(em, {
    workspaceId: id,
    subject: `workspace:${id}`,
    credits: welcomeCredits,
  });
}

/** Returns how many people have registered, the demo's seed apart. */
async function refuseIfClosed(
  em: EntityManager,
  input: { registration: "open" | "first" | "closed"; seeded?: boolean },
): Promise<number> {
  const people = await em.count(User, { seeded: false });
  const closed = input.registration === "closed" || (input.registration === "first" && people > 0);
  if (!closed || input.seeded) return people;
  throw new Problem({
    status: 403,
    code: "registration_closed",
    detail: "Registration is closed here. Ask an operator of this installation for an account.",
  });
}
