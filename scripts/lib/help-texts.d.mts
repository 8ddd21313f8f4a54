export const START_HELP: string;
export const RESET_HELP: string;
export const TEST_HELP: string;
export const OPERATOR_HELP: string;
export const GRANT_HELP: string;
/** By the command's name as scripts/bootstrap.mjs takes it. */
export const HELP_TEXTS: Record<"start" | "test" | "reset" | "operator" | "grant", string>;
