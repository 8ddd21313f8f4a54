import { SetupError } from "../scripts/lib/setup-error.mjs";

/** An error in words for the person at the terminal: no stack for what is theirs to mend, the stack for what is ours. */
export function explainError(error: unknown): string {
  if (error instanceof SetupError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  const where = "path" in error && typeof error.path === "string" ? error.path : undefined;
  const about = where === undefined ? "" : ` (${where})`;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `The disk is full${about}.\nWhat to do: Free some space there, then start again.`;
    case "EACCES":
    case "EPERM":
      return `This user may not do that${about}: ${error.message}\nWhat to do: Give this user access to it, then start again.`;
    case "EROFS":
      return `The disk cannot be written to${about}.\nWhat to do: Name a --data-dir on another disk, or mount this one for writing.`;
    case "EMFILE":
    case "ENFILE":
      return "Too many files are open.\nWhat to do: Raise the limit (ulimit -n 4096), then start again.";
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return error.message;
    default:
      return error.stack ?? error.message;
  }
}
