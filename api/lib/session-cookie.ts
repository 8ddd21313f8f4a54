import type { CookieSerializeOptions } from "@fastify/cookie";

/** A session that was not used for so long has ended. */
export const sessionIdleMs = 7 * 24 * 60 * 60 * 1000;
/** However busy it is, it ends then. */
export const sessionLifeMs = 30 * 24 * 60 * 60 * 1000;

/**
 * The session's cookie. Over https it is bound to the very host (`__Host-`); over plain http, which only the
 * one-machine default uses, browsers refuse both that prefix and `Secure`.
 */
export function sessionCookie(publicUrl: string): {
  name: string;
  options: CookieSerializeOptions;
} {
  const secure = publicUrl.startsWith("https:");
  return {
    name: secure ? "__Host-sid" : "sid",
    options: { path: "/", httpOnly: true, sameSite: "lax", secure, maxAge: sessionLifeMs / 1000 },
  };
}
