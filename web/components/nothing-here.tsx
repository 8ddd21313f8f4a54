import { IconMapOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { workspacesQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { EmptyState } from "./empty-state.tsx";
import { LinkButton } from "./router-link.tsx";

const { title, detail, elsewhere, home } = texts.problems.notFound;

/** What is not there, or not in this workspace: whoever has several is told where else to look. */
export function NothingHere({ mayBeElsewhere = false }: { mayBeElsewhere?: boolean }) {
  const { data: workspaces } = useQuery({ ...workspacesQuery, enabled: mayBeElsewhere });
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, []);
  const several = (workspaces?.data.length ?? 0) > 1;
  return (
    <EmptyState
      icon={<IconMapOff />}
      title={title}
      text={several ? `${detail} ${elsewhere}` : detail}
      action={<LinkButton to="/">{home}</LinkButton>}
    />
  );
}
