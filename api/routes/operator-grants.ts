import { z } from "zod";
import { v5 } from "uuid";
import { Workspace } from "#db/entities/index.ts";
import { giveCredits } from "#db/give-credits.ts";
import { inWorkspace } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { found } from "../lib/not-found.ts";
import { Id, Instant, iso, responses } from "../lib/responses.ts";
import { requireStepUp } from "../lib/step-up.ts";
import { personOf } from "../plugins/access.ts";

const largestGrant = 1_000_000_000;

const NewGrant = z.strictObject({
  workspaceId: Id,
  credits: z
    .int()
    .min(-largestGrant)
    .max(largestGrant)
    .refine((credits) => credits !== 0, { message: "must not be 0" })
    .describe("Below zero they are taken; a balance never goes below zero")
    .meta({ examples: [500] }),
  reason: z.string().trim().min(1).max(300).describe("Members of the workspace can read it"),
  reference: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .describe("A name of your own: repeated for the same workspace, it grants once")
    .meta({ examples: ["ticket-4711"] }),
});

const GrantView = z.object({
  id: Id.describe("Of the line in the ledger"),
  workspaceId: Id,
  credits: z.int(),
  reason: z.string().nullable(),
  reference: z.string().nullable(),
  balance: z.int().describe("What the workspace has left now"),
  repeated: z.boolean().describe("It was granted before by this reference; nothing was done now"),
  createdAt: Instant,
});

/** Credits that operators grant to any workspace, and take back. */
export const addOperatorGrantRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/operator/grants",
    // It is another workspace's than the operator's own; the reference does what an Idempotency-Key would.
    config: { access: { operator: true }, idempotent: false },
    schema: {
      tags: ["operators"],
      summary: "Grant credits to a workspace, or take some back",
      description: "Needs the password, given within the last 10 minutes.",
      body: NewGrant,
      response: responses({ 200: GrantView }, [
        "not_found",
        "credits_exhausted",
        "balance_too_large",
        "reference_taken",
        "step_up_needed",
      ]),
    },
    handler: async (request) => {
      const operator = personOf(request);
      requireStepUp(operator, context.now());
      const { workspaceId, credits, reason, reference } = request.body;
      return inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        found(await em.findOne(Workspace, { id: workspaceId }), "workspace");
        const { entry, made, left } = await giveCredits(em, {
          ...{ workspaceId, credits, reason, reference },
          subject: `grant:${v5(reference, workspaceId)}`,
          // Members read the line: from where an operator, who is none of them, did it is not theirs to know.
          actor: operator.actor,
        });
        if (entry.amount !== credits) {
          throw new Problem({
            status: 409,
            code: "reference_taken",
            detail: `By this reference the workspace was granted ${entry.amount} credits already. Use another one for another grant.`,
            extra: { credits: entry.amount },
          });
        }
        return {
          ...{ id: entry.id, workspaceId, credits: entry.amount },
          reason: entry.reason ?? null,
          reference: entry.reference ?? null,
          balance: left,
          repeated: !made,
          createdAt: iso(entry.createdAt),
        };
      });
    },
  });
};
