import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { listenLive } from "./live.ts";

/** A stream as the browser hands it out, told what to tell by the tests. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static all: Stream[] = [];
  readyState = 1;
  onopen: (() => void) | undefined;
  onerror: (() => void) | undefined;
  constructor() {
    super();
    Stream.all.push(this);
  }
  close() {
    this.readyState = Stream.CLOSED;
  }
  tell(type: string) {
    this.dispatchEvent(new Event(type));
  }
}

class Tab extends EventTarget {
  visibilityState = "visible";
  turn(visibilityState: string) {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let tab: Tab;
let queryClient: QueryClient;
let stop: () => void;
const states: boolean[] = [];
const open = () => Stream.all.filter(({ readyState }) => readyState !== Stream.CLOSED);

beforeEach(() => {
  vi.useFakeTimers();
  Stream.all = [];
  states.length = 0;
  tab = new Tab();
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("document", tab);
  queryClient = new QueryClient();
  stop = listenLive({ queryClient, onState: (live) => states.push(live) });
});

afterEach(() => {
  stop();
  queryClient.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("shows what is read while events keep coming, and the last of them too", async () => {
  let version = 0;
  const read = vi.fn(async () => {
    const seen = version;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return seen;
  });
  const observer = new QueryObserver(queryClient, { queryKey: ["runs", "list"], queryFn: read });
  const shown: unknown[] = [];
  const leave = observer.subscribe(({ data }) => shown.push(data));
  await vi.advanceTimersByTimeAsync(400);
  for (let event = 0; event < 40; event++) {
    version += 1;
    open()[0]?.tell("step.succeeded");
    await vi.advanceTimersByTimeAsync(100);
    if (event === 20)
      expect(Math.max(...shown.map(Number).filter(Number.isFinite))).toBeGreaterThan(5);
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(shown.at(-1)).toBe(version);
  expect(read.mock.calls.length).toBeLessThan(20);
  leave();
});

it("keeps no stream for a tab that nobody sees, and reads anew for who comes back", async () => {
  const stale = vi.spyOn(queryClient, "invalidateQueries");
  open()[0]?.onopen?.();
  tab.turn("hidden");
  expect(open()).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(open()).toEqual([]);
  stale.mockClear();
  tab.turn("visible");
  expect(open()).toHaveLength(1);
  open()[0]?.onopen?.();
  await vi.advanceTimersByTimeAsync(200);
  expect(stale.mock.calls.map(([filters]) => filters?.queryKey?.[0])).toEqual([
    "me",
    "posts",
    "runs",
    "agents",
    "connections",
    "needs-you",
    "notifications",
  ]);
  expect(states).toEqual([true, true]);
});

it("comes back after an end and after a refusal, once stopped never", async () => {
  open()[0]?.tell("end");
  expect(open()).toEqual([]);
  await vi.advanceTimersByTimeAsync(3_000);
  const [second] = open();
  second?.close();
  second?.onerror?.();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(open()).toHaveLength(1);
  expect(states).toEqual([false, false, false]);
  stop();
  tab.turn("hidden");
  tab.turn("visible");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(open()).toEqual([]);
});
