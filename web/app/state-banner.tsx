import { Alert } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
import { IconPlugConnectedX, IconWifiOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useLive } from "#web/lib/live-state.tsx";
import { texts } from "#web/lib/texts.ts";

/** A stream that comes back within this was no interruption worth a word. Milliseconds. */
const patienceMs = 8_000;

/** A product on one's own machine is there without a network too. */
const onOwnMachine = /^(localhost|127\..*|\[::1\])$/.test(location.hostname);

/** Says so when what one sees may not be what is. */
export function StateBanner() {
  const { online } = useNetwork();
  const live = useLive();
  const [lost, setLost] = useState(false);
  const offline = !online && !(onOwnMachine && live);
  useEffect(() => {
    if (live) {
      setLost(false);
      return undefined;
    }
    const timer = setTimeout(() => setLost(true), patienceMs);
    return () => clearTimeout(timer);
  }, [live]);
  return (
    <div role="status">
      {offline ? (
        <Alert color="yellow" variant="outline" mb="lg" icon={<IconWifiOff aria-hidden />}>
          {texts.live.offline}
        </Alert>
      ) : null}
      {lost && !offline ? (
        <Alert color="yellow" variant="outline" mb="lg" icon={<IconPlugConnectedX aria-hidden />}>
          {texts.live.lost}
        </Alert>
      ) : null}
    </div>
  );
}
