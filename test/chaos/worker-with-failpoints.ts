/** The product's worker, with activities that can end it at each of their steps. */
import path from "node:path";
import { replaceModule } from "./lib/replace-module.ts";

replaceModule({
  importer: "worker.ts",
  specifier: "#activities/index.ts",
  by: path.join(import.meta.dirname, "lib", "failing-activities.ts"),
});
await import("../../worker.ts");
