import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { RunWithSteps } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { titleOf } from "./describe-step.ts";

/** Tells whoever listens instead of looking what changed since the last look at the run. */
export function RunNews({ run }: { run: RunWithSteps }) {
  const before = useRef(run);
  const [news, setNews] = useState("");
  useEffect(() => {
    const told = newsSince(before.current, run);
    before.current = run;
    if (told) setNews(told);
  }, [run]);
  return (
    <VisuallyHidden role="log" aria-live="polite">
      {news}
    </VisuallyHidden>
  );
}

/** The state of the run where that changed, else the last step that changed. */
export function newsSince(before: RunWithSteps, now: RunWithSteps): string | undefined {
  if (before.status !== now.status) return texts.live.run(now.status);
  const changed = now.steps.findLast(
    (step) => before.steps.find(({ id }) => id === step.id)?.status !== step.status,
  );
  return changed && texts.live.step(titleOf(changed), changed.status);
}
