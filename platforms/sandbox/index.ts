import type { Platform } from "#platforms/contract.ts";
import { connect } from "./connect.ts";
import { createMedia, pollMedia } from "./create-media.ts";
import { manifest } from "./manifest.ts";
import { confirmPost, publishPost } from "./publish-post.ts";
import { readMetrics } from "./read-metrics.ts";
import { reconcilePost } from "./reconcile-post.ts";
import { removePost } from "./remove-post.ts";
import { refreshAuthorization, revokeAuthorization } from "./renew.ts";

export const platform: Platform = {
  manifest,
  connect,
  /** One marker per delivery, however often it is tried. */
  marker: ({ deliveryId }) => `drumbeat:${deliveryId}`,
  create: createMedia,
  poll: pollMedia,
  publish: publishPost,
  confirm: confirmPost,
  reconcile: reconcilePost,
  remove: removePost,
  metrics: readMetrics,
  refresh: refreshAuthorization,
  revoke: revokeAuthorization,
};
