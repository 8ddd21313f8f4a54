import http2 from "node:http2";

/** gRPC's "not found": the server answers, the namespace is not there. */
const NOT_FOUND = "5";

/**
 * Whether a Temporal server answers and knows the namespace: one `DescribeNamespace` over plain HTTP/2. Asked by hand
 * because the supervisor would otherwise hold the whole client in memory for one question.
 *
 * @returns `undefined` when it does, else the reason in a few words
 */
export function temporalProblem(options: {
  address: string;
  namespace: string;
  timeoutMs?: number;
}): Promise<string | undefined> {
  const { address, namespace, timeoutMs = 2_000 } = options;
  return new Promise((resolve) => {
    const session = http2.connect(`http://${address}`);
    const settle = (problem: string | undefined) => {
      clearTimeout(timer);
      session.destroy();
      resolve(problem);
    };
    const timer = setTimeout(() => settle(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
    session.on("error", (error) => settle(codeOf(error)));
    const request = session.request({
      ":method": "POST",
      ":path": "/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const onStatus = (headers: http2.IncomingHttpHeaders) => {
      const status = headers["grpc-status"];
      if (status === undefined) return;
      if (status === "0") settle(undefined);
      else if (status === NOT_FOUND) settle(`it has no namespace "${namespace}"`);
      else
        settle(
          `gRPC status ${String(status)}: ${decodeURIComponent(String(headers["grpc-message"] ?? ""))}`,
        );
    };
    request.on("response", onStatus);
    request.on("trailers", onStatus);
    request.on("error", (error) => settle(codeOf(error)));
    request.on("close", () => settle("it closed the connection: is this Temporal's gRPC port?"));
    request.resume();
    request.end(describeNamespaceMessage(namespace));
  });
}

/** One uncompressed gRPC message whose field 1, a string, is the namespace. */
export function describeNamespaceMessage(namespace: string): Buffer {
  const name = Buffer.from(namespace, "utf8");
  if (name.length > 127)
    throw new RangeError("a namespace longer than 127 bytes needs a longer length field");
  const body = Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

function codeOf(error: Error): string {
  // A stream's error is often only that the session failed.
  if (error.cause instanceof Error) return codeOf(error.cause);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
