import { parseArgs, type ParseArgsConfig } from "node:util";
import { SetupError } from "../scripts/lib/setup-error.mjs";

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads a command's arguments. Throws `SetupError`, with the command's help, on an option that is unknown, lacks its
 * value or is given twice: which of the two was meant nobody can tell.
 */
export function parseOptions<T extends Options>(input: {
  args: string[];
  options: T;
  /** How many words may stand beside the options, at most. */
  positionals?: number;
  help: string;
}) {
  const { args, options, positionals = 0, help } = input;
  const parsed = read({ args, options, allowPositionals: positionals > 0, help });
  const names = parsed.tokens.filter((token) => token.kind === "option").map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(`--${twice} is given twice`, help);
  const extra = parsed.positionals[positionals];
  if (extra !== undefined) throw wrong(`"${extra}" is one word too many`, help);
  return parsed;
}

function read<T extends Options>(input: {
  args: string[];
  options: T;
  allowPositionals: boolean;
  help: string;
}) {
  const { args, options, allowPositionals, help } = input;
  try {
    return parseArgs({ args, options, allowPositionals, tokens: true, strict: true });
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error), help);
  }
}

function wrong(problem: string, help: string): SetupError {
  return new SetupError({
    problem: /[.!]$/.test(problem) ? problem : `${problem}.`,
    todo: `Use the options below.\n\n${help}`,
  });
}
