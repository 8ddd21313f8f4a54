import { z } from "zod";
import { PlatformError } from "#domain/errors.ts";
import type { Authorized, Platform, PlatformDeps, Secrets } from "#platforms/contract.ts";
import { ErrorAnswer, SessionAnswer } from "./answers.ts";
import { authorizedFrom } from "./authorized-from.ts";
import { callBluesky } from "./client.ts";
import { serviceFromAudience, serviceOf } from "./service-address.ts";
import { tokenClaims } from "./token-claims.ts";

/**
 * New tokens for the refresh token, which is spent by it. The server lets the spent one give the same tokens again for
 * two hours, so that an answer which is lost on its way loses no connection.
 */
export async function refreshAuthorization(
  deps: PlatformDeps,
  input: Parameters<NonNullable<Platform["refresh"]>>[1],
): Promise<Authorized> {
  const { account, secrets, signal } = input;
  const { refreshJwt } = secrets;
  if (refreshJwt === undefined)
    throw lost("no_refresh_token", "This connection has no refresh token; connect it again.");
  try {
    const session = await callBluesky({
      deps,
      step: "session",
      service: serviceOf({ account, app: deps.app }),
      method: "com.atproto.server.refreshSession",
      token: refreshJwt,
      secrets,
      answer: SessionAnswer,
      signal,
    });
    if (session.did === account.remoteId) return authorizedFrom({ session, data: account.data });
  } catch (error) {
    // The call carries nothing but the token: whatever is refused is the token.
    if (!(error instanceof PlatformError) || error.fate !== "reject") throw error;
    throw lost(error.code, "Bluesky refuses this authorization; connect the account again.", error);
  }
  throw lost("other_account", "The server answered for another account; connect this one again.");
}

/**
 * Ends the session. The refresh token names the server that issued it, and goes nowhere else. The access token lives on
 * until it ends by itself: the server offers no way to end it.
 */
export async function revokeAuthorization(
  deps: PlatformDeps,
  input: { secrets: Secrets; signal: AbortSignal },
): Promise<void> {
  const { refreshJwt } = input.secrets;
  if (refreshJwt === undefined) return;
  const service = serviceFromAudience(tokenClaims(refreshJwt).audience);
  if (service === undefined)
    throw new PlatformError("The token does not say which server issued it; nobody was told.", {
      fate: "reject",
      code: "unknown_service",
    });
  await callBluesky({
    deps,
    step: "session",
    service,
    method: "com.atproto.server.deleteSession",
    token: refreshJwt,
    secrets: input.secrets,
    answer: z.unknown(),
    onRefusal({ body }) {
      const said = ErrorAnswer.safeParse(body);
      const isOver = said.success && ["ExpiredToken", "InvalidToken"].includes(said.data.error);
      return isOver ? "over" : undefined;
    },
    signal: input.signal,
  });
}

function lost(code: string, message: string, cause?: PlatformError): PlatformError {
  return new PlatformError(message, {
    fate: "reauthorize",
    code,
    ...(cause?.status === undefined ? {} : { status: cause.status }),
    ...(cause?.platformMessage === undefined ? {} : { platformMessage: cause.platformMessage }),
  });
}
