import { Problem, type MediaError } from "./errors.ts";
import { isProblemCode } from "./problem-codes.ts";

/** What is wrong with a file, as whoever sent it is told. */
export function mediaProblem(error: MediaError): Problem {
  return new Problem({
    status: 422,
    code: isProblemCode(error.code) ? error.code : "media_unreadable",
    detail: `This file can't be taken: ${error.message}.`,
    errors: [{ pointer: "/file", detail: error.message }],
  });
}
