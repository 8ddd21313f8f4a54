import { texts } from "#web/lib/texts.ts";
import { ExternalLink } from "./external-link.tsx";

/** The way to a workflow in Temporal's own console, for operators. It is served under our origin, however one came here. */
export function TemporalLink({ url }: { url: string }) {
  return (
    <ExternalLink href={location.origin + new URL(url).pathname}>
      {texts.common.openTemporal}
    </ExternalLink>
  );
}
