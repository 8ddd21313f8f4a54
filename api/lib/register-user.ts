import type { MikroORM } from "@mikro-orm/postgresql";
import { grantCredits } from "#db/credits.ts";
import { Member, User, Workspace, WorkspaceDetails } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { hashPassword } from "./password.ts";

/** Credits that a new workspace is granted. */
export const welcomeCredits = 1_000;

export interface Registered {
  user: { id: string; name: string; email: string };
  workspace: { id: string; name: string };
}

/**
 * Makes a user with a workspace of their own, whose owner they are. The first one, the demo's seed apart, becomes the
 * operator of the installation. Throws Problem 403 `registration_closed`, 409 `email_taken`.
 */
export async function registerUser(input: {
  orm: MikroORM;
  registration: "open" | "first" | "closed";
  name: string;
  email: string;
  password: string;
  workspaceName?: string;
  address?: string | undefined;
  /** Made by the demo's seed: always allowed, and never the first person. */
  seeded?: boolean;
}): Promise<Registered> {
  // Looked at once before the costly hash, and once more under the lock below.
  await refuseIfClosed(outsideWorkspaces(input.orm), input);
  const passwordHash = await hashPassword(input.password);
  const workspaceId = newId();
  const userId = newId();
  const email = input.email.trim().toLowerCase();
  const workspaceName = input.workspaceName ?? `${input.name}'s workspace`;
  await inWorkspace(input.orm, workspaceId).transactional(async (em) => {
    // One registration at a time: two could otherwise both be the first.
    await em.execute("select pg_advisory_xact_lock(hashtextextended('drumbeat/registration', 0))");
    const people = await refuseIfClosed(em, input);
    if ((await em.count(User, { email })) > 0) {
      throw new Problem({
        status: 409,
        code: "email_taken",
        detail: "There is an account with this e-mail address.",
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
    await insertRow(em, Workspace, { id: workspaceId, status: "active" });
    await insertRow(em, WorkspaceDetails, {
      id: workspaceId,
      workspaceId,
      name: workspaceName,
      credits: 0,
    });
    await insertRow(em, Member, { workspaceId, userId, role: "owner" });
    await grantCredits(em, {
      workspaceId,
      subject: `workspace:${workspaceId}`,
      credits: welcomeCredits,
    });
    await recordAudit(em, {
      workspaceId,
      actor: `user:${userId}`,
      action: "user.registered",
      address: input.address,
    });
  });
  return {
    user: { id: userId, name: input.name, email },
    workspace: { id: workspaceId, name: workspaceName },
  };
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
