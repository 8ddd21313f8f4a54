import type { Authorized, Secrets } from "#platforms/contract.ts";
import type { AccountAnswer, TokenAnswer } from "./answers.ts";

/** The account as the rest of Drumbeat knows it; `data` keeps what the network offers to it. Pure. */
export function accountFrom(account: AccountAnswer): Authorized["account"] {
  return {
    remoteId: account.id,
    name: account.name,
    ...(account.handle === undefined ? {} : { handle: account.handle }),
    data: { markers: String(account.markers), listing: String(account.listing) },
  };
}

/** Secrets and dates of a token answer. The old refresh token stays where the network sends no new one. Pure. */
export function authorizedFrom(input: {
  answer: TokenAnswer;
  account: Authorized["account"];
  before: Secrets;
  now: Date;
  askedScopes: string[];
}): Authorized {
  const { answer, now } = input;
  const refreshToken = answer.refresh_token ?? input.before["refreshToken"];
  const expiresAt = after({ now, seconds: answer.expires_in });
  const refreshExpiresAt = after({ now, seconds: answer.refresh_expires_in });
  return {
    account: input.account,
    secrets: {
      accessToken: answer.access_token,
      ...(refreshToken === undefined ? {} : { refreshToken }),
    },
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(refreshExpiresAt === undefined ? {} : { refreshExpiresAt }),
    // A missing scope means the one that was asked for (RFC 6749, 5.1).
    scopes: answer.scope?.split(" ").filter((scope) => scope !== "") ?? input.askedScopes,
  };
}

function after(input: { now: Date; seconds: number | undefined }): Date | undefined {
  return input.seconds === undefined
    ? undefined
    : new Date(input.now.getTime() + input.seconds * 1_000);
}
