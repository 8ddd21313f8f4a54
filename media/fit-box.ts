export interface Box {
  width: number;
  height: number;
}

export interface BoxLimits {
  maxWidth: number;
  maxHeight: number;
  /** Width divided by height. */
  minRatio?: number;
  maxRatio?: number;
}

/** Rounds down to a multiple of `step`, but never to nothing. */
function down(value: number, step: number): number {
  return Math.max(step, Math.floor((value + 1e-6) / step) * step);
}

/**
 * The largest box that may be, of the same shape as `source` as far as the ratio limits let it, and never larger than
 * what `source` gives: `crop` takes the largest allowed shape inside it, `pad` the smallest around it. Pure.
 * `step` is what both sides must be a multiple of. Rounding never leaves the limits.
 */
export function fitBox(input: {
  source: Box;
  limits: BoxLimits;
  how: "crop" | "pad";
  step?: number;
}): Box {
  const { source, limits, how, step = 1 } = input;
  const { minRatio = 0, maxRatio = Number.POSITIVE_INFINITY } = limits;
  const ratio = source.width / source.height;
  let { width, height } = source;
  if (ratio > maxRatio) {
    if (how === "crop") width = height * maxRatio;
    else height = width / maxRatio;
  } else if (ratio < minRatio) {
    if (how === "crop") height = width / minRatio;
    else width = height * minRatio;
  }
  const scale = Math.min(1, limits.maxWidth / width, limits.maxHeight / height);
  const box = { width: down(width * scale, step), height: down(height * scale, step) };
  // Rounding may have crossed a limit; taking from the longer side comes back inside.
  if (box.width / box.height > maxRatio) box.width = down(box.height * maxRatio, step);
  if (box.width / box.height < minRatio) box.height = down(box.width / minRatio, step);
  return box;
}
