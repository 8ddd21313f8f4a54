import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import type { Principal } from "../plugins/principal.ts";
import { createPosts, type CreatedPost } from "./create-posts.ts";
import type { NewPost } from "./post-requests.ts";

/** Writes one new post, as `createPosts` does. Throws the Problem that it is refused with. */
export async function createPost(
  context: ApiContext,
  em: EntityManager,
  { principal, asked }: { principal: Principal; asked: NewPost },
): Promise<CreatedPost> {
  const [made] = await createPosts(context, em, { principal, asked: [asked] });
  if (!made) throw new Error("a post was asked for and neither made nor refused");
  if (made instanceof Problem) throw made;
  return made;
}
