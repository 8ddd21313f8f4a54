/** `npm ci` in a folder, under the given Node. Throws `SetupError`. */
export function installPackages(options: {
  dir: string;
  node: string;
  nodeDir?: string;
  env?: NodeJS.ProcessEnv;
  what: string;
}): Promise<void>;
/** Our Node first on PATH and its headers named, so that native modules fit; nothing inherited of the npm above us. */
export function npmEnvironment(options: {
  env: NodeJS.ProcessEnv;
  node: string;
  nodeDir?: string;
}): NodeJS.ProcessEnv;
/** What to do about what npm said. */
export function adviceFor(output: string): string;
