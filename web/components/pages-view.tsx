import { Button, Center, Stack } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { texts } from "#web/lib/texts.ts";
import { QueryView } from "./query-view.tsx";

/** A list that is read page by page, with what to show when it holds nothing. */
export function PagesView<Item>(props: {
  query: UseInfiniteQueryResult<Item[]>;
  empty: ReactNode;
  children: (items: Item[]) => ReactNode;
}) {
  const { query, empty, children } = props;
  return (
    <QueryView query={query}>
      {(items) =>
        items.length === 0 ? (
          empty
        ) : (
          <Stack gap="md">
            {children(items)}
            {query.hasNextPage ? (
              <Center>
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {texts.common.loadMore}
                </Button>
              </Center>
            ) : null}
          </Stack>
        )
      }
    </QueryView>
  );
}
