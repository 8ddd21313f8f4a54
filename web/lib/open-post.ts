import type { PostStatus } from "#domain/states.ts";
import type { Post } from "#web/lib/api/types.ts";

const open: readonly PostStatus[] = [
  "preparing",
  "awaiting_approval",
  "scheduled",
  "publishing",
  "blocked",
];

/** Whether something of it is still to go out. */
export const isOpen = ({ status }: Pick<Post, "status">): boolean => open.includes(status);

/** Whether it is long past its time and not done. */
export const isOverdue = (post: Pick<Post, "status" | "overdueAt">): boolean =>
  post.overdueAt !== null && isOpen(post);
