import type { AccountData, Authorized } from "#platforms/contract.ts";
import type { SessionAnswer } from "./answers.ts";
import { tokenClaims } from "./token-claims.ts";

/** A session as the rest of Drumbeat knows it. The two tokens are all that is kept of it that is secret. Pure. */
export function authorizedFrom(input: { session: SessionAnswer; data: AccountData }): Authorized {
  const { did, handle, accessJwt, refreshJwt } = input.session;
  const access = tokenClaims(accessJwt);
  const refresh = tokenClaims(refreshJwt);
  return {
    account: { remoteId: did, name: handle, handle, data: input.data },
    secrets: { accessJwt, refreshJwt },
    ...(access.expiresAt === undefined ? {} : { expiresAt: access.expiresAt }),
    ...(refresh.expiresAt === undefined ? {} : { refreshExpiresAt: refresh.expiresAt }),
    scopes: access.scopes,
  };
}
