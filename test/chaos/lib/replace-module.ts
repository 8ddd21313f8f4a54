import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const root = path.resolve(import.meta.dirname, "../../..");

/**
 * Gives one of the product's programs a module of the harness's own where it imports another. Everybody else, the
 * harness's module too, gets the real one.
 */
export function replaceModule(options: {
  /** The program, from the repository's root. */
  importer: string;
  specifier: string;
  /** Absolute path. */
  by: string;
}): void {
  const importer = pathToFileURL(path.join(root, options.importer)).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== options.specifier || context.parentURL !== importer)
        return next(specifier, context);
      return { url: pathToFileURL(options.by).href, shortCircuit: true };
    },
  });
}
