import { ExternalLink } from "#web/components/external-link.tsx";
import { texts } from "#web/lib/texts.ts";

const guide = new URL("../../../docs/notifications.md", import.meta.url).href;

/** The way to what whoever runs this installation reads about e-mail and chat. */
export const GuideLink = () => (
  <ExternalLink href={guide}>{texts.notifications.settings.guide}</ExternalLink>
);
