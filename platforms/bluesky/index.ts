import type { Platform } from "#platforms/contract.ts";
import { connect } from "./connect.ts";
import { createPost } from "./create-post.ts";
import { manifest } from "./manifest.ts";
import { confirmPost, publishPost } from "./publish-post.ts";
import { readMetrics } from "./read-metrics.ts";
import { reconcilePost } from "./reconcile-post.ts";
import { removePost } from "./remove-post.ts";
import { refreshAuthorization, revokeAuthorization } from "./renew.ts";
import { tidOf } from "./tid.ts";

export const platform: Platform = {
  manifest,
  connect,
  /** The record's key: one per delivery, however often it is tried. */
  marker: tidOf,
  create: createPost,
  publish: publishPost,
  confirm: confirmPost,
  reconcile: reconcilePost,
  remove: removePost,
  metrics: readMetrics,
  refresh: refreshAuthorization,
  revoke: revokeAuthorization,
};
