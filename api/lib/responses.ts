import { z } from "zod";
import { ProblemDocument } from "../plugins/problems.ts";

const problem = {
  description: "What is wrong, as RFC 9457",
  content: { "application/problem+json": { schema: ProblemDocument } },
};

const always = [400, 401, 403, 413, 415, 422, 429, 500, 503] as const;

/** The answers of a route: its own, and the problems that any route may give. */
export function responses<Own extends Record<number, unknown>>(own: Own, more: number[] = []) {
  return {
    ...Object.fromEntries([...always, ...more].map((status) => [status, problem])),
    ...own,
  } as Own;
}

export const Id = z.uuid().describe("UUID");
/** A client's own name for what it makes; unique in the workspace. */
export const ExternalId = z.string().trim().min(1).max(200);

export const Role = z.enum(["owner", "admin", "editor", "approver", "viewer"]);

export const Email = z.email("is not an e-mail address").max(320);

export const UserView = z.object({ id: Id, name: z.string(), email: z.string() });
export const WorkspaceView = z.object({ id: Id, name: z.string() });
/** Who is signed in, and where. */
export const SignedIn = z.object({ user: UserView, workspace: WorkspaceView });

/** What ends an invitation's link. */
export const InvitationToken = z.string().min(1).max(200);

export const IdParams = z.object({ id: Id });
export const Instant = z.iso.datetime();

/** Dates as the API writes them. */
export function iso(date: Date): string;
export function iso(date: Date | null | undefined): string | null;
export function iso(date: Date | null | undefined): string | null {
  return date ? date.toISOString() : null;
}
