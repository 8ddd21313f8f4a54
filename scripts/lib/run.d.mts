export interface RunResult {
  /** `null` when it was killed or could not start; `stderr` says why. */
  code: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}
/** Runs a command to its end. Never rejects: a command that cannot start answers `code: null` and says why in `stderr`. */
export function run(options: {
  command: string;
  args?: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  input?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  onOutput?: (text: string) => void;
}): Promise<RunResult>;
/** Ends every command that `run` has under way. */
export function endRunning(): void;
