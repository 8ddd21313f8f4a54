import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** A list of the API, page after page by its cursor. */
export function pagesQuery<Item>(options: {
  queryKey: QueryKey;
  read: (cursor: string | undefined) => Promise<Page<Item>>;
}) {
  return infiniteQueryOptions({
    queryKey: options.queryKey,
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => options.read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.data),
  });
}
