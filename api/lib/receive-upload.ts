import type { FastifyRequest } from "fastify";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "#domain/errors.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { fileNameOf } from "./file-name-of.ts";

/** The largest upload, for now. Bytes. */
export const maximumUploadBytes = 64 * 1024 * 1024;

export interface Upload {
  /** A private folder, gone when the request ends; the file is in it. */
  folder: string;
  path: string;
  /** What the sender calls the file: a name without folders, for people only. */
  name: string | null;
  /** What type it has, as the sender says. */
  declaredType: string | null;
}

/**
 * Receives the one file of a multipart request, field `file`, straight onto the disk, and runs `work` with it. Nothing
 * of it is left afterwards, however it ends.
 *
 * Throws Problem 400 `malformed_multipart`, 413 `too_large`, 415, 422 `file_missing`, `too_many_files`, `unknown_field`.
 */
export async function withUpload<T>(
  input: { request: FastifyRequest; maximumBytes: number; signal: AbortSignal },
  work: (upload: Upload) => Promise<T>,
): Promise<T> {
  return withTempFolder(async (folder) => {
    const path = join(folder, "upload");
    const said = await receive({ ...input, path });
    return work({ folder, path, ...said });
  });
}

async function receive(input: {
  request: FastifyRequest;
  maximumBytes: number;
  signal: AbortSignal;
  path: string;
}): Promise<Pick<Upload, "name" | "declaredType">> {
  let found: Pick<Upload, "name" | "declaredType"> | undefined;
  try {
    // One file more than is taken, so that a second one is seen and refused.
    const limits = { fileSize: input.maximumBytes, files: 2, fields: 5, parts: 6 };
    for await (const part of input.request.parts({ limits })) {
      if (part.type === "field" || part.fieldname !== "file") throw unknownField(part.fieldname);
      if (found) throw tooManyFiles();
      await pipeline(part.file, createWriteStream(input.path, { flags: "wx", mode: 0o600 }), {
        signal: input.signal,
      });
      if (part.file.truncated) throw tooLarge(input.maximumBytes);
      found = { name: fileNameOf(part.filename), declaredType: part.mimetype || null };
    }
  } catch (error) {
    input.signal.throwIfAborted();
    throw multipartProblem(error);
  }
  if (found) return found;
  const detail = "Send the file as multipart/form-data, in the field file.";
  throw new Problem({
    status: 422,
    code: "file_missing",
    detail,
    errors: [{ pointer: "/file", detail }],
  });
}

/** Faults of our disk and refusals stay what they are; what else goes wrong is the form's own fault. */
function multipartProblem(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error) || "syscall" in error) return error;
  const code = "code" in error ? error.code : undefined;
  if (code === "FST_INVALID_MULTIPART_CONTENT_TYPE") return error;
  if (code === "FST_FILES_LIMIT" || code === "FST_FIELDS_LIMIT" || code === "FST_PARTS_LIMIT")
    return tooManyFiles();
  return new Problem({
    status: 400,
    code: "malformed_multipart",
    detail: "The form can't be read: it ends too early or is not multipart/form-data as it says.",
  });
}

function unknownField(name: string): Problem {
  const detail = "There is one field, file, and it holds a file.";
  const pointer = `/${name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return new Problem({ status: 422, code: "unknown_field", detail, errors: [{ pointer, detail }] });
}

function tooManyFiles(): Problem {
  return new Problem({
    status: 422,
    code: "too_many_files",
    detail: "Send one file at a time, and nothing besides.",
  });
}

function tooLarge(maximumBytes: number): Problem {
  const detail = `The file is too large: at most ${maximumBytes / 1024 / 1024} MB.`;
  return new Problem({ status: 413, code: "too_large", detail });
}
