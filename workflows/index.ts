/** The bundle's entry: every story that a worker can tell. */
export { checkProviderKey } from "./check-provider-key.ts";
export { collectMetrics } from "./collect-metrics.ts";
export { deliverWebhook } from "./deliver-webhook.ts";
export { generate } from "./generate.ts";
export { notifyMember } from "./notify-member.ts";
export { publishPost } from "./publish-post.ts";
export { refreshConnection } from "./refresh-connection.ts";
export { sweep } from "./sweep.ts";
export { takeDownPost } from "./take-down-post.ts";
export { takeUpload } from "./take-upload.ts";
export { runPostingAgent } from "../agents/run-posting-agent.ts";
