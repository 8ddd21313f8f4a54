import { PlatformError, Problem } from "#domain/errors.ts";

/** What a failed call to a platform means for whoever asked us for it. Errors that are none are thrown on as they are. */
export function platformProblem(error: unknown, platform: { title: string }): unknown {
  if (!(error instanceof PlatformError)) return error;
  switch (error.fate) {
    case "reject":
    case "reauthorize":
      return new Problem({
        status: 422,
        code: "credentials_refused",
        detail: error.platformMessage ?? error.message,
        errors: [{ pointer: "/credentials", detail: `${platform.title} refuses them` }],
      });
    case "retry":
    case "ambiguous":
      return new Problem({
        status: 503,
        code: "platform_unavailable",
        detail: `${platform.title} can't be reached or does not answer as it should. Nothing was changed; try again later.`,
        ...(error.retryAfterSeconds === undefined
          ? {}
          : { extra: { retryAfter: error.retryAfterSeconds } }),
      });
    case "ours":
      return new Problem({
        status: 503,
        code: "platform_not_configured",
        detail: `This installation is not set up for ${platform.title}; an operator must do it: ${error.message}`,
      });
  }
}
