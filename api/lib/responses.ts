import { z } from "zod";
import { problemCodes, type ProblemCode } from "#domain/problem-codes.ts";
import { ProblemDocument } from "../plugins/problems.ts";

/** An answer with a problem document, and the words that its `code` may be. */
interface ProblemAnswer {
  description: string;
  content: { "application/problem+json": { schema: typeof ProblemDocument } };
  codes: ProblemCode[];
}

/**
 * The answers of a route: its own, and the problems of its own. Those that any such route may give (who asks, how often,
 * with which body) are added to the description by `api/openapi/general-problems.ts`.
 */
export function responses<Own extends Record<number, unknown>>(
  own: Own,
  problems: readonly ProblemCode[] = [],
) {
  const byStatus = Map.groupBy(problems, (code) => problemCodes[code].status);
  const answers = [...byStatus].map(([status, codes]): [number, ProblemAnswer] => [
    status,
    {
      description: "What is wrong, as RFC 9457",
      content: { "application/problem+json": { schema: ProblemDocument } },
      codes,
    },
  ]);
  return { ...Object.fromEntries(answers), ...own } as Own;
}

/** Whether an answer of a route was declared by its problems. */
export function isProblemAnswer(answer: unknown): answer is ProblemAnswer {
  return typeof answer === "object" && answer !== null && "codes" in answer;
}

// In capitals it is the same id (RFC 9562, 4), and must be the same text wherever texts are compared.
export const Id = z.uuid().toLowerCase().describe("UUID");
/** A client's own name for what it makes; unique in the workspace. */
export const ExternalId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe(
    "A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what",
  );

export const Role = z.enum(["owner", "admin", "editor", "approver", "viewer"]);

export const Email = z.email("is not an e-mail address").max(320);

export const UserView = z.object({ id: Id, name: z.string(), email: z.string() });
export const WorkspaceView = z.object({ id: Id, name: z.string() });
/** Who is signed in, and where. */
export const SignedIn = z.object({ user: UserView, workspace: WorkspaceView });

/** What ends an invitation's link. */
export const InvitationToken = z
  .string()
  .min(1)
  .max(2_000)
  .overwrite((given) => given.slice(given.lastIndexOf("/") + 1))
  .describe("What the invitation's link ends with; the whole link is as good");

export const IdParams = z.object({ id: Id });
export const Instant = z.iso.datetime();

/** Dates as the API writes them. */
export function iso(date: Date): string;
export function iso(date: Date | null | undefined): string | null;
export function iso(date: Date | null | undefined): string | null {
  return date ? date.toISOString() : null;
}
