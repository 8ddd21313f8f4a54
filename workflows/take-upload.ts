import { ActivityFailure, isCancellation, setCurrentDetails } from "@temporalio/workflow";
import { ioOptions, uploadOptions } from "#temporal.config";
import type { UploadIds } from "./ids.ts";
import { toldActivities } from "./told-activities.ts";

export interface UploadCheckActivities {
  /**
   * Looks into the file, strips it and makes the asset; or notes what is wrong with it. Does nothing where that was done.
   * Throws where it is not the file's fault.
   */
  keepUploadedFile(input: UploadIds): Promise<{ status: "ready" | "failed" | "gone" }>;
}

export interface UploadLedgerActivities {
  /** Notes that the file could not be checked, through no fault of its own. */
  giveUpUpload(input: UploadIds): Promise<void>;
  /** Removes the pieces that the file came in. */
  removeUploadedPieces(input: UploadIds): Promise<void>;
}

/** Makes an asset of a file that came in pieces, once all of them are there. */
export async function takeUpload(ids: UploadIds): Promise<{ status: "ready" | "failed" | "gone" }> {
  const { keepUploadedFile } = toldActivities<UploadCheckActivities>(uploadOptions, {
    keepUploadedFile: "look into the file, strip it and store it",
  });
  const { giveUpUpload, removeUploadedPieces } = toldActivities<UploadLedgerActivities>(ioOptions, {
    giveUpUpload: "note that it could not be checked",
    removeUploadedPieces: "remove the pieces that it came in",
  });
  setCurrentDetails("Checking the file.");
  let end: { status: "ready" | "failed" | "gone" };
  try {
    end = await keepUploadedFile(ids);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    await giveUpUpload(ids);
    end = { status: "failed" };
  }
  await removeUploadedPieces(ids);
  setCurrentDetails(`Ended: ${end.status}.`);
  return end;
}
