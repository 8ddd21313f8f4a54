import {
  type Experimental_VideoModelV4CallOptions as VideoCall,
  type Experimental_VideoModelV4File as VideoFile,
  InvalidArgumentError,
} from "@ai-sdk/provider";
import { fileTypeFromBuffer } from "file-type";
import { bytesOf } from "./open-picture.ts";

/** What a call for a video brings, as bytes. */
export interface VideoInputs {
  firstFrame?: Uint8Array;
  lastFrame?: Uint8Array;
  references: Uint8Array[];
  /** A video to go on from. */
  source?: Uint8Array;
}

/**
 * Sorts the files of a call by what they are for; a video among them, told by its bytes, is what it goes on from.
 * Throws InvalidArgumentError for what doesn't go together.
 */
export async function readVideoInputs({
  image,
  frameImages = [],
  inputReferences = [],
  maxReferences,
}: Pick<VideoCall, "image" | "frameImages" | "inputReferences"> & {
  maxReferences: number;
}): Promise<VideoInputs> {
  const inputs: VideoInputs = { references: [] };
  const take = async (file: VideoFile, role: "firstFrame" | "lastFrame" | "references") => {
    const data = bytesOf({ file, argument: role });
    if (await isVideo(data)) {
      if (inputs.source !== undefined)
        throw refused("source", "The sandbox goes on from one video at a time.");
      inputs.source = data;
    } else if (role === "references") inputs.references.push(data);
    else inputs[role] = data;
  };
  if (image !== undefined) await take(image, "firstFrame");
  for (const { image: frame, frameType } of frameImages) {
    // `ai` gives the first frame twice: as what is set in motion, and among the frames.
    await take(frame, frameType === "first_frame" ? "firstFrame" : "lastFrame");
  }
  for (const reference of inputReferences) await take(reference, "references");

  const { source, firstFrame, lastFrame, references } = inputs;
  if (references.length > maxReferences)
    throw refused("references", `The sandbox takes ${maxReferences} references at most.`);
  const frames = firstFrame !== undefined || lastFrame !== undefined;
  if ([source !== undefined, frames, references.length > 0].filter(Boolean).length > 1) {
    throw refused(
      "references",
      "The sandbox makes a video from frames, from references or from a video: one of them.",
    );
  }
  return inputs;
}

async function isVideo(data: Uint8Array): Promise<boolean> {
  const found = await fileTypeFromBuffer(data);
  return found?.mime.startsWith("video/") === true;
}

function refused(argument: string, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message });
}
