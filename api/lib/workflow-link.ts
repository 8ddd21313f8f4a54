import type { ApiContext } from "../context.ts";

/** Where operators find a workflow in the Temporal UI, which the API serves under its own origin. */
export function workflowLink(context: ApiContext, workflowId: string): string {
  return `${context.publicUrl}/temporal/namespaces/${encodeURIComponent(context.temporalNamespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
