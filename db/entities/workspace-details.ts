import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { GenerationTask } from "#domain/generation-tasks.ts";
import { tenantProperties, tenantSecurity } from "./lib.ts";

/** What belongs to a workspace itself; shares its id. */
export const WorkspaceDetails = defineEntity({
  name: "WorkspaceDetails",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    name: p.string().length(200),
    /** Whole credits that are neither spent nor reserved; always the sum of the ledger. */
    credits: p.integer().default(0),
    /** Credits that all of it may reserve in a day of UTC; null for no limit. */
    dailyCreditLimit: p.integer().nullable(),
    /** Who wrote a post, or edited it last, may not be the one who approves it. */
    forbidSelfApproval: p.boolean().default(false),
    /** A post that is later than this expires visibly instead of surprising its audience. Minutes. */
    latestAfterDueMinutes: p.integer().default(360),
    /** Names of the AI providers that may be asked; null: all. */
    allowedProviders: p.json<string[]>().nullable(),
    /** What is taken where nobody names a model: `provider/model` by task. */
    defaultModels: p.json<Partial<Record<GenerationTask, string>>>().nullable(),
    /** Behind which stored file the next look for those without a row goes on; null: at the first. */
    orphansAfter: p.string().length(300).nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
  checks: [
    { name: "workspace_details_credits_not_negative", expression: "credits >= 0" },
    { name: "workspace_details_daily_credit_limit", expression: "daily_credit_limit >= 0" },
    {
      name: "workspace_details_latest_after_due",
      expression: "latest_after_due_minutes >= 5 and latest_after_due_minutes <= 10080",
    },
  ],
});
export type WorkspaceDetails = InferEntity<typeof WorkspaceDetails>;
