import type { NotificationSettings } from "./entities/index.ts";
import type { SealContext } from "./vault/envelope.ts";

/** Where the address of a member's chat belongs: it opens nowhere else. */
export function chatSealContext(
  settings: Pick<NotificationSettings, "id" | "workspaceId" | "chatVersion">,
): SealContext {
  return {
    workspaceId: settings.workspaceId,
    ownerId: settings.id,
    field: "chat-url",
    version: settings.chatVersion,
  };
}
