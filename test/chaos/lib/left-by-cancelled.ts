/**
 * Where words of a cancelled post stay, by table and column, and which: its row is its history, which its workspace can
 * read. `docs/reliability.md` names each of these places, and a test holds the two against each other. Whatever is found
 * anywhere else is a leak.
 */
export const leftByCancelled: Readonly<Record<string, readonly string[]>> = {
  "post.content": ["text", "title"],
  "post.assets": ["alt text"],
  "post.parts": ["part"],
  "post.external_id": ["external id"],
  "post.campaign": ["campaign"],
  "post.labels": ["label"],
  "target.overrides": ["override"],
  "target.settings": [],
  "target.texts": ["text", "part", "override"],
  "idempotency_record.response_body": ["external id"],
  "webhook_delivery.body": ["external id"],
};
