import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Confinement {
  /** Bytes of writable memory; more makes the program's allocation fail. */
  memoryBytes: number;
  /** Seconds of processor time over all threads; more kills it. */
  cpuSeconds: number;
}

/** The system's tools that confine a program, as far as they are there and allowed. */
export interface ConfiningTools {
  unshareNetwork: boolean;
  dieWithParent: boolean;
  limits: boolean;
}

/** What a program that only turns files into files needs of our environment; above all no secrets. */
const PASSED_ON = [
  "PATH",
  "HOME",
  "LANG",
  "TMPDIR",
  "LD_LIBRARY_PATH",
  "FONTCONFIG_FILE",
  "FONTCONFIG_PATH",
];

/**
 * Puts a command behind the tools that confine it, each of which replaces itself by the next, so that the process id
 * and its signals are the program's own: no network, killed when we die, memory and time limited, none of our
 * environment's secrets. Pure.
 */
export function confinedCommand(input: {
  command: string[];
  tools: ConfiningTools;
  /** `inherited`: we are confined ourselves already, and what we start is with us. */
  limits: Confinement | "inherited";
  env: NodeJS.ProcessEnv;
}): string[] {
  const { tools, limits } = input;
  const env = PASSED_ON.flatMap((name) =>
    input.env[name] === undefined ? [] : [`${name}=${input.env[name]}`],
  );
  return [
    ...(tools.unshareNetwork && limits !== "inherited" ? ["unshare", "--net", "--"] : []),
    ...(tools.dieWithParent ? ["setpriv", "--pdeathsig", "KILL", "--"] : []),
    // Of data, not of address space: V8 reserves far more addresses than it will ever write to.
    ...(tools.limits && limits !== "inherited"
      ? ["prlimit", `--data=${limits.memoryBytes}`, `--cpu=${limits.cpuSeconds}`, "--core=0", "--"]
      : []),
    "env",
    "-i",
    ...env,
    ...input.command,
  ];
}

/** No limit that anybody here asks for is higher; a limit can't be raised above what we run under ourselves. */
const MOST: Confinement = { memoryBytes: 4 * 1024 ** 3, cpuSeconds: 24 * 60 * 60 };

async function works(command: string, args: string[]): Promise<boolean> {
  try {
    await run(command, args, { timeout: 5000 });
    return true;
  } catch {
    // Absent (not Linux) or not allowed (a container without the capability): we do without it.
    return false;
  }
}

let found: Promise<ConfiningTools> | undefined;

/** Tries once per process which confining tools work here. */
export function findConfiningTools(): Promise<ConfiningTools> {
  found ??= (async () => {
    const [unshareNetwork, dieWithParent, limits] = await Promise.all([
      works("unshare", ["--net", "--", "true"]),
      works("setpriv", ["--pdeathsig", "KILL", "--", "true"]),
      works("prlimit", [
        `--data=${MOST.memoryBytes}`,
        `--cpu=${MOST.cpuSeconds}`,
        "--core=0",
        "--",
        "true",
      ]),
    ]);
    return { unshareNetwork, dieWithParent, limits };
  })();
  return found;
}

/** confinedCommand with this machine's tools and this process's environment. */
export async function confine(
  command: string[],
  limits: Confinement | "inherited",
): Promise<{ file: string; args: string[] }> {
  const [file = "env", ...args] = confinedCommand({
    command,
    tools: await findConfiningTools(),
    limits,
    env: process.env,
  });
  return { file, args };
}

/** Whether a program's stderr says that it could not even be started. Not the fault of the file that it was to read. */
export function isStartFailure(stderr: string): boolean {
  return /^(env|prlimit|setpriv|unshare): /m.test(stderr);
}
