import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";

const refusals = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "headers_too_large",
    detail: "The headers are too large: at most 16 kB together.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "request_too_slow",
    detail: "The request took too long to arrive. Nothing was changed; send it again.",
  },
  other: {
    status: "400 Bad Request",
    code: "malformed_request",
    detail: "This is not HTTP as we understand it.",
  },
};

/** Answers with a problem document what Node's HTTP parser can't make a request of, and closes the connection. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { status, code, detail } =
    error.code === "HPE_HEADER_OVERFLOW" || error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? refusals[error.code]
      : refusals.other;
  const [number = "400"] = status.split(" ");
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: `urn:drumbeat:problem:${code}`,
    title: "The request can't be read",
    status: Number(number),
    code,
    detail,
    requestId,
  });
  const head = [
    `HTTP/1.1 ${status}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  if (socket.writable) socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  else socket.destroy();
}
