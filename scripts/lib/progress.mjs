/**
 * Progress on a terminal or in a log: every step that takes longer than a second shows that it is alive.
 * Plain JavaScript, because it also runs before Node 24 is there.
 *
 * @param {{ stream?: NodeJS.WriteStream, now?: () => number }} [options]
 */
export function createProgress({ stream = process.stderr, now = () => Date.now() } = {}) {
  const live = stream.isTTY === true && process.env.TERM !== "dumb";
  /** @type {Set<{ label: string, startedAt: number, saidAt: number, detail: string }>} */
  const active = new Set();
  let timer;

  const erase = () => {
    if (live) stream.write("\r\u001b[2K");
  };
  const draw = () => {
    if (!live || active.size === 0) return;
    const parts = [...active].map(
      (step) =>
        `${step.label} ${elapsed(now() - step.startedAt)}${step.detail ? ` (${step.detail})` : ""}`,
    );
    stream.write(`\r\u001b[2K${fit(`  … ${parts.join(" · ")}`, stream.columns || 80)}`);
  };
  const tick = () => {
    if (live) return draw();
    for (const step of active) {
      // A log gets a line after one second, then one every five: alive, yet readable.
      const wait = step.saidAt === step.startedAt ? 1_000 : 5_000;
      if (now() - step.saidAt < wait) continue;
      step.saidAt = now();
      const detail = step.detail ? ` (${step.detail})` : "";
      stream.write(`  … ${step.label} ${elapsed(now() - step.startedAt)}${detail}\n`);
    }
  };
  const line = (text) => {
    erase();
    stream.write(`${text}\n`);
    draw();
  };

  return {
    /** Writes one line above the steps that are running. */
    line,
    /**
     * Runs `work`, showing its time while it lasts and whether it went well.
     *
     * @template T
     * @param {string} label
     * @param {(report: (detail: string) => void) => Promise<T>} work
     * @returns {Promise<T>}
     */
    async step(label, work) {
      const step = { label, startedAt: now(), saidAt: now(), detail: "" };
      active.add(step);
      timer ??= setInterval(tick, 500);
      draw();
      let mark = "✗";
      try {
        const result = await work((detail) => {
          step.detail = detail;
          draw();
        });
        mark = "✓";
        return result;
      } finally {
        active.delete(step);
        if (active.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        line(`  ${mark} ${label} (${elapsed(now() - step.startedAt)})`);
      }
    },
  };
}

/** @param {number} milliseconds */
export function elapsed(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Cuts a line to the terminal's width: a wrapped status line cannot be erased. */
function fit(text, columns) {
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
