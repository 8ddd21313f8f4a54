import { IconCircleCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { EmptyState } from "#web/components/empty-state.tsx";
import { Page } from "#web/components/page.tsx";
import { PagesView } from "#web/components/pages-view.tsx";
import { WaitingPost } from "#web/components/waiting-post.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { postsQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.approvals;

/** Every post that waits for a decision. */
export function ApprovalsPage() {
  const lookEvery = useLookEvery();
  const posts = useInfiniteQuery({
    ...postsQuery({ status: "awaiting_approval" }),
    refetchInterval: lookEvery,
  });
  return (
    <Page title={words.title} lead={words.lead}>
      <PagesView
        query={posts}
        empty={<EmptyState icon={<IconCircleCheck />} title={words.empty} text={words.emptyText} />}
      >
        {(items) => items.map((post) => <WaitingPost key={post.id} post={post} />)}
      </PagesView>
    </Page>
  );
}
