import { z } from "zod";
import { PlatformError } from "#domain/errors.ts";
import type { Authorized, Platform, PlatformDeps, Secrets } from "#platforms/contract.ts";
import { TokenAnswer } from "./answers.ts";
import { accountFrom, authorizedFrom } from "./authorized-from.ts";
import { callSandbox, clientIdOf } from "./client.ts";

/**
 * New tokens for the refresh token. One call only: the old token ends with the first use of the new ones, so a second
 * call that fails must not lose them.
 */
export async function refreshAuthorization(
  deps: PlatformDeps,
  input: Parameters<NonNullable<Platform["refresh"]>>[1],
): Promise<Authorized> {
  const { secrets, account, signal } = input;
  const refreshToken = secrets["refreshToken"];
  if (refreshToken === undefined)
    throw new PlatformError("This connection has no refresh token; connect the account again.", {
      fate: "reauthorize",
      code: "no_refresh_token",
    });
  const answer = await callSandbox({
    deps,
    step: "token",
    method: "POST",
    path: "/oauth/token",
    // Only the refresh token goes out; it must not show in an error.
    secrets: { refreshToken },
    body: {
      form: {
        grant_type: "refresh_token",
        client_id: clientIdOf(deps.app),
        refresh_token: refreshToken,
      },
    },
    answer: TokenAnswer,
    signal,
  });
  return authorizedFrom({
    answer,
    account:
      answer.account === undefined
        ? { ...account, name: account.remoteId }
        : accountFrom(answer.account),
    before: secrets,
    now: deps.now(),
    askedScopes: [],
  });
}

/** Ends the whole authorization; throws PlatformError `retry` when the network did not hear it. */
export async function revokeAuthorization(
  deps: PlatformDeps,
  input: { secrets: Secrets; signal: AbortSignal },
): Promise<void> {
  const token = input.secrets["refreshToken"] ?? input.secrets["accessToken"];
  if (token === undefined) return;
  await callSandbox({
    deps,
    step: "token",
    method: "POST",
    path: "/oauth/revoke",
    secrets: { token },
    body: { form: { token, client_id: clientIdOf(deps.app) } },
    answer: z.unknown(),
    signal: input.signal,
  });
}
