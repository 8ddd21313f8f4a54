/**
 * The trace that something belongs to, for what goes on later and elsewhere (the outbox). Without tracing there is none,
 * and nothing of OpenTelemetry is loaded.
 */
export interface TraceContext {
  /** W3C `traceparent` of what is being done just now. */
  current(): string | null;
  /** Does the work as a part of that trace. */
  within<T>(traceParent: string, work: () => Promise<T>): Promise<T>;
}

let context: TraceContext | undefined;

/** Called once, where tracing starts; with nothing where it ends. */
export function useTraceContext(next: TraceContext | undefined): void {
  context = next;
}

/** W3C `traceparent` of what is being done just now; null where nothing is traced. */
export function currentTraceParent(): string | null {
  return context?.current() ?? null;
}

/** Does the work as a part of the trace that its message came from, if any. */
export function withinTrace<T>(
  traceParent: string | null | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return context && traceParent ? context.within(traceParent, work) : work();
}
