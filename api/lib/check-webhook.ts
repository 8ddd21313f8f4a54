import { Problem } from "#domain/errors.ts";
import { kindsOfPattern, webhookKinds } from "#domain/webhook-events.ts";
import type { ApiContext } from "../context.ts";
import { kindsSeenWith } from "../live/event-scopes.ts";
import type { Principal } from "../plugins/principal.ts";
import { checkAddress } from "./check-address.ts";

/**
 * Throws Problem 422 `address_refused` for an address that nothing would be sent to; `pointer` says where in the body it
 * stands.
 */
export async function checkWebhookAddress(
  context: ApiContext,
  address: string,
  pointer = "/url",
): Promise<void> {
  await checkAddress(context, {
    address,
    pointer,
    credentials: "Leave user name and password out of the address: messages are signed instead.",
    refusal: "Nothing is sent there",
  });
}

/**
 * A webhook tells of nothing that whoever makes it could not read. Throws Problem 403 `missing_scope`, and 422 where there is
 * no such kind of event.
 */
export function requireEventScopes(principal: Principal, eventTypes: readonly string[]): void {
  const unknown = eventTypes.flatMap((pattern, index) =>
    kindsOfPattern(pattern).length > 0
      ? []
      : [
          {
            pointer: `/eventTypes/${index}`,
            detail: `Webhooks are not told of ${pattern}. Kinds are ${webhookKinds.join(", ")}.`,
          },
        ],
  );
  const [first] = unknown;
  if (first) {
    throw new Problem({
      status: 422,
      code: "invalid_request",
      detail: first.detail,
      errors: unknown,
    });
  }
  const seen = kindsSeenWith(principal.scopes);
  const hidden = eventTypes
    .flatMap((pattern) => kindsOfPattern(pattern))
    .filter((kind) => !seen.includes(kind));
  if (hidden.length === 0) return;
  throw new Problem({
    status: 403,
    code: "missing_scope",
    detail: `You can't read what these events are about: ${[...new Set(hidden)].join(", ")}. Leave them out of eventTypes, or use a key that may read them.`,
  });
}
