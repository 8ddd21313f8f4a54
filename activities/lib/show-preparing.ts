import { Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { PostIds } from "#workflows/ids.ts";
import type { ActivityDeps } from "../deps.ts";

/** A tenth at a time: people read it, and each is a write. */
const STEP = 0.1;

/**
 * Shows on targets how far their media is, where `waitingFor` says that it is being made. Nothing depends on it: what
 * can't be written is told with the next step, or never. Writes one after the other.
 */
export function showPreparing(
  deps: ActivityDeps,
  { workspaceId, postId, targetIds }: PostIds & { targetIds: string[] },
): { tell(fraction: number): void; settled(): Promise<void> } {
  const since = deps.now().toISOString();
  let told = 0;
  let writing: Promise<void> | undefined;
  const write = async (fraction: number): Promise<void> => {
    const progress = Math.round(fraction * 100) / 100;
    const detail = `Its media is made to fit the platform: ${Math.round(fraction * 100)} %.`;
    await inWorkspace(deps.orm, workspaceId).nativeUpdate(
      Target,
      // What was cancelled or given up meanwhile is left as it is.
      { id: { $in: targetIds }, postId, status: { $in: ["pending", "preparing"] } },
      { waiting: { reason: "rendition", detail, since, until: null, progress } },
    );
  };
  return {
    tell(fraction) {
      if (writing || fraction - told < STEP) return;
      told = fraction;
      writing = write(fraction)
        .catch((error: unknown) => {
          deps.logger.warn({ error, postId }, "the progress of a rendition could not be shown");
        })
        .finally(() => {
          writing = undefined;
        });
    },
    settled: async () => writing,
  };
}
