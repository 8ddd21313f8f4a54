/** Which events webhooks may be told of. */

/** First parts of their types. What an agent's run does step by step is read from the run. */
export const webhookKinds = [
  "post",
  "target",
  "series",
  "agent",
  "run",
  "generation",
  "asset",
  "upload",
  "connection",
  "webhook",
  "workspace",
] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** The type of the event that a person sends to try an endpoint. */
export const webhookTestType = "webhook.test";

/** Many a second, and no change of state: the live stream tells them. */
const tooMany = ["generation.progress"];

/** How an endpoint asks: for everything, everything of a kind, or one type. */
export const webhookEventPattern = /^(\*|[a-z_]+\.(\*|[a-z_]+))$/;

/** What an endpoint that wants this event may have asked for; nothing where webhooks are not told of it. */
export function webhookPatternsOf(type: string): string[] {
  const kind = kindOf(type);
  if (!webhookKinds.some((one) => one === kind) || tooMany.includes(type)) return [];
  return ["*", `${kind}.*`, type];
}

/** The kinds that a pattern lets an endpoint be told of; none where there is no such kind. */
export function kindsOfPattern(pattern: string): readonly WebhookKind[] {
  return pattern === "*" ? webhookKinds : webhookKinds.filter((kind) => kind === kindOf(pattern));
}

function kindOf(type: string): string {
  return type.split(".")[0] ?? "";
}
