import { MediaError } from "#domain/errors.ts";
import type { Box } from "../fit-box.ts";

/** Throws MediaError `invalid_size` where a video can't have this size: even sides from 64 to 3840 are possible. */
export function checkCanvas({ width, height }: Box): void {
  const fits = (side: number) => side >= 64 && side <= 3840 && side % 2 === 0;
  if (fits(width) && fits(height)) return;
  throw new MediaError(
    `a video of ${width} by ${height} pixels can't be made; choose even sides from 64 to 3840`,
    { code: "invalid_size" },
  );
}
