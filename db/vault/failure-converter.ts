import { DefaultFailureConverter } from "@temporalio/common";

/** Puts messages and stacks of failures into the payload, which the codec encrypts. Read by Temporal by its path. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
