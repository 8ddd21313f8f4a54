import { useEffect, useState } from "react";
import { writeInstant, writeRelative } from "#web/lib/format.ts";

/** An instant as people say it, with the exact time at hand. It stays true while one looks. */
export function When({ at }: { at: string }) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={writeInstant(at)}>
      {writeRelative(at)}
    </time>
  );
}
