/** A request as it left for the provider. */
export interface RecordedRequest {
  method: string;
  /** As the provider would have been reached. */
  url: string;
  headers: Record<string, string>;
  /** What JSON held; of a form, its fields, files as `{type, size, name}`. Empty where nothing was sent. */
  body: Record<string, unknown>;
}

export interface RequestRecorder {
  fetch: typeof fetch;
  requests: RecordedRequest[];
  /** Resolves when the next request is on its way; asked for again, it is the one after. */
  next(): Promise<void>;
}

/**
 * A fetch that notes every request before it is sent. `route` says where it really goes: an address of the provider's is
 * served by a server on this machine.
 */
export function recordRequests({
  route = (url) => url,
}: { route?: (url: URL) => URL } = {}): RequestRecorder {
  const requests: RecordedRequest[] = [];
  let onTheWay = Promise.withResolvers<void>();
  return {
    requests,
    next() {
      onTheWay = Promise.withResolvers();
      return onTheWay.promise;
    },
    fetch: async (input, init) => {
      // Fetch itself looks at the signal first, and sends nothing when it is aborted already.
      init?.signal?.throwIfAborted();
      const url = new URL(input instanceof Request ? input.url : String(input));
      requests.push({
        method: init?.method ?? "GET",
        url: url.href,
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: describeBody(init?.body),
      });
      const answer = fetch(route(url), init);
      onTheWay.resolve();
      return answer;
    },
  };
}

function describeBody(body: RequestInit["body"]): Record<string, unknown> {
  if (body === undefined || body === null) return {};
  if (typeof body === "string") return JSON.parse(body) as Record<string, unknown>;
  if (!(body instanceof FormData)) throw new TypeError("A body that is neither JSON nor a form.");
  const fields: Record<string, unknown> = {};
  for (const [name, value] of body) {
    fields[name] =
      typeof value === "string" ? value : { type: value.type, size: value.size, name: value.name };
  }
  return fields;
}
