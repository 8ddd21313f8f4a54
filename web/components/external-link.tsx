import { Anchor, VisuallyHidden } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { texts } from "#web/lib/texts.ts";
import { webAddress } from "#web/lib/web-address.ts";

/**
 * A link that leaves the console, in a tab of its own that knows nothing of this one. Platforms and models name such
 * addresses: what is none of the web is shown without a link.
 */
export function ExternalLink({ href, children }: { href: unknown; children: ReactNode }) {
  const address = webAddress(href);
  if (address === undefined) return <span>{children}</span>;
  return (
    <Anchor
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      size="sm"
      lh="24px"
      display="inline-block"
    >
      {children} <IconExternalLink size={14} aria-hidden style={{ verticalAlign: "-2px" }} />
      <VisuallyHidden>{` (${texts.common.opensNewTab})`}</VisuallyHidden>
    </Anchor>
  );
}
