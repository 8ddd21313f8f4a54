// Written by `node scripts/write-api-client.ts` from docs/openapi.json; changed there alone.
export interface paths {
  "/livez": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process lives */
    get: operations["getLivez"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/media/{workspaceId}/{kind}/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A file by its link, or a range of its bytes
     * @description Take the whole link from `mediaUrl` of an asset or a rendition. It leads to the origin that is set for media, and is good for one to two hours; read the view again for a fresh one.
     */
    get: operations["getMedia"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether it can do its work; without Temporal or workers what is accepted waits */
    get: operations["getReadyz"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/agents": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List agents */
    get: operations["listAgents"];
    put?: never;
    /** Configure an agent; it wakes on its schedule from now on */
    post: operations["createAgent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/agents/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One agent */
    get: operations["getAgent"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/agents/{id}/pause": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Pause: the schedule wakes it no more */
    post: operations["pauseAgent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/agents/{id}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Resume the schedule */
    post: operations["resumeAgent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/agents/{id}/run": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Wake the agent now */
    post: operations["runAgent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/agents/{id}/runs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The agent's runs, newest first */
    get: operations["listAgentRuns"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/api-keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List API keys */
    get: operations["listApiKeys"];
    put?: never;
    /**
     * Make an API key
     * @description Needs the password, given within the last 10 minutes, where a person asks.
     */
    post: operations["createApiKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/api-keys/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke an API key, and the keys and open invitations that it made */
    delete: operations["deleteApiKey"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/assets": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List assets, newest first */
    get: operations["listAssets"];
    put?: never;
    /** Upload a media file: multipart/form-data, field `file`, at most 64 MB; larger ones at /v1/uploads */
    post: operations["createAsset"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/assets/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One asset */
    get: operations["getAsset"];
    put?: never;
    post?: never;
    /**
     * Remove an asset that nothing needs any more, with all that was made of it
     * @description Where something needs it, `users` of the problem lists what: posts that are not done, series that have not ended, generations at work on it, and runs of agents that are to post it.
     */
    delete: operations["deleteAsset"];
    options?: never;
    head?: never;
    /** Say what an asset is there for: `library` keeps it until somebody deletes it */
    patch: operations["updateAsset"];
    trace?: never;
  };
  "/v1/assets/{id}/content": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The file itself, or a range of its bytes */
    get: operations["getAssetContent"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/assets/{id}/renditions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The versions of an asset that were made for targets */
    get: operations["listAssetRenditions"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/assets/{id}/renditions/{renditionId}/content": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A rendition's file, or a range of its bytes */
    get: operations["getAssetRenditionContent"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/assets/import": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Have a media file fetched from an address; at most 4 GiB */
    post: operations["importAsset"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit-events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who did what, when and from where, newest first */
    get: operations["listAuditEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit-events/check": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether every line is what it was when it was written
     * @description Computes every hash anew. Lines cut off at the end show to whoever noted an earlier `head`: it must still be the `hash` of some line.
     */
    get: operations["getAuditEventsCheck"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/login": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sign in, to the workspace that was used last or the one of an invitation */
    post: operations["login"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/logout": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sign out */
    post: operations["logout"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/register": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Register, with a workspace of one's own or into the one of an invitation */
    post: operations["register"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/step-up": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give the password anew, for what needs it given within the last 10 minutes
     * @description The session gets a new token in its cookie; the old one ends at once, and so do the streams that were opened with it.
     */
    post: operations["stepUp"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/workspace": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Work in another workspace of mine */
    post: operations["workspace"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/channels": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the channels of all connected accounts, newest first */
    get: operations["listChannels"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/channels/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change a channel's group, its defaults, or whether it asks for approval
     * @description `requiresApproval` needs the scope `workspace:write` too, so that owners and admins alone decide it. What was to go out here without approval then asks for it; what was approved stays so. Other defaults count for posts that are made or edited from then on.
     */
    patch: operations["updateChannel"];
    trace?: never;
  };
  "/v1/connections": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List connections, newest first */
    get: operations["listConnections"];
    put?: never;
    /** Connect an account, by signing in at the platform or with credentials */
    post: operations["createConnection"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/connections/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One connection */
    get: operations["getConnection"];
    put?: never;
    post?: never;
    /**
     * Disconnect: the secrets are removed, and what was to go out through it is blocked
     * @description Where something refers to its channels, these stay without secrets, and work again once the same account is connected again: what was blocked goes on then. `uses` of the connection says beforehand what stops. Where one of its channels requires approval, it needs `workspace:write` too.
     */
    delete: operations["deleteConnection"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/connections/{id}/channels": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What may be published to through a connection: profiles, pages */
    get: operations["listConnectionChannels"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/connections/{id}/confirm": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Confirm, with the API key that began it, the account that somebody authorized */
    post: operations["confirmConnection"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/connections/{id}/refresh": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Refresh the authorization now */
    post: operations["refreshConnection"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/credits": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What is left, reserved and used today, and the limits of a day */
    get: operations["getCredits"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/credits/checkout": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Begin to buy a pack of credits: where to pay
     * @description The credits are there once the payment provider has told that they are paid, which may take days for some ways of paying.
     */
    post: operations["checkoutCredit"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/credits/entries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The ledger of credits, newest first; its sum is what is left */
    get: operations["listCreditsEntries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What happens in the workspace, as server-sent events, from `Last-Event-ID` on
     * @description Each event has an `id`, its type as `event` (for example `post.published`) and JSON `data` with ids and states: `id` and `kind` of what it is about, `type`, `at`, and more by type. You get the kinds whose scope you hold: `post`, `target` (posts:read), `run`, `step`, `agent` (agents:read), `generation`, `asset`, `connection`. Come back with `Last-Event-ID` and you miss nothing. `ready` is the first event: what happens after it will be told. `reset` says that your place is unknown (the database was restored): read anew what you show. `end` with `{"reason":"access_ended"}` is the last one when the session or key ended, with `access_changed` when its rights or workspace are others now. When the stream ends without `end`, come back.
     */
    get: operations["getEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/generations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List generations, newest first */
    get: operations["listGenerations"];
    put?: never;
    /** Have a text, an image, audio or a video generated */
    post: operations["createGeneration"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/generations/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One generation, with what came of it */
    get: operations["getGeneration"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/generations/{id}/again": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make it again: with the same prompt, inputs and settings but for what is given
     * @description Without settings a new seed is drawn, where the model takes one. The new generation names this one as its parent.
     */
    post: operations["againGeneration"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/generations/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cancel; credits come back, but for what was made already */
    post: operations["cancelGeneration"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/generations/{id}/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Its changes as server-sent events, from `Last-Event-ID` on, until it has ended */
    get: operations["getGenerationEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/generations/estimate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a generation would cost, and by which model; nothing is done */
    post: operations["estimateGeneration"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/invitations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List invitations that were neither accepted nor revoked, newest first */
    get: operations["listInvitations"];
    put?: never;
    /**
     * Invite somebody by a link
     * @description The link is shown this once; hand it over yourself. It works for an account with this e-mail address alone, once, for 7 days. An open invitation of the same address ends. To invite an owner or admin needs the password, given within the last 10 minutes.
     */
    post: operations["createInvitation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/invitations/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke an invitation */
    delete: operations["deleteInvitation"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/invitations/accept": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept an invitation; the session then works in its workspace
     * @description To accept it again, as the same person, changes nothing.
     */
    post: operations["acceptInvitation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/invitations/preview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Look at an invitation before signing in */
    post: operations["previewInvitation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/me": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who is asking, and what they may do */
    get: operations["getMe"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/members": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the members of the workspace, newest first */
    get: operations["listMembers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/members/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Remove a member, or leave the workspace
     * @description Their sessions in this workspace end, and the API keys that they made are revoked. To remove somebody else needs the scope `members:write` and the password, given within the last 10 minutes.
     */
    delete: operations["deleteMember"];
    options?: never;
    head?: never;
    /**
     * Give a member another role, or another limit of credits a day
     * @description Owners are made and unmade by owners. To give or take the role owner or admin, and to change the limit of somebody who is one, needs the password, given within the last 10 minutes. A member's API keys count as the member.
     */
    patch: operations["updateMember"];
    trace?: never;
  };
  "/v1/models": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the models that generations can use */
    get: operations["listModels"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/needs-you": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Everything that a person must decide or mend, the most pressing first
     * @description At most 200 of each kind. `actions` names what can be done: routes of the post, or reconnecting the account.
     */
    get: operations["listNeedsYou"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notification-settings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How you are told of what happens in this workspace */
    get: operations["getNotificationSettings"];
    /** Choose how you are told of what happens in this workspace */
    put: operations["replaceNotificationSettings"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notification-settings/test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Have a test sent to you; what becomes of it is in the settings' lastError
     * @description Five times an hour at most. E-mail goes to the address of your account alone.
     */
    post: operations["testNotificationSetting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What you were told of: what you have not seen first, then the newest */
    get: operations["listNotifications"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/seen": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Note that you have seen these, or all */
    post: operations["seenNotification"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/oauth/{platform}/callback": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where platforms send the browser back to; answers a page */
    get: operations["getOauthCallback"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/operator/codec/decode": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Decode Temporal payloads, for the Temporal UI */
    post: operations["decodeOperatorCodec"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/operator/grants": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Grant credits to a workspace, or take some back
     * @description Needs the password, given within the last 10 minutes.
     */
    post: operations["grantsOperator"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/payments/webhook": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** For the payment provider: what became of a payment, with its signature */
    post: operations["webhookPayment"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/platforms": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List platforms */
    get: operations["listPlatforms"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List posts, newest first */
    get: operations["listPosts"];
    put?: never;
    /** Accept a post for publishing, now or at a time */
    post: operations["createPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One post with what became of each target */
    get: operations["getPost"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Edit or reschedule; an edit voids an approval
     * @description Labels and campaign can be changed at any time. They void no approval, but for a campaign that a channel's defaults write into links. The content of a post that failed can be changed while nothing of it is out: it stays failed until it is retried.
     */
    patch: operations["updatePost"];
    trace?: never;
  };
  "/v1/posts/{id}/approve": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Approve exactly the content of this hash */
    post: operations["approvePost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cancel a post that is not out yet */
    post: operations["cancelPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/history": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every attempt and every change of state, oldest first */
    get: operations["getPostHistory"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A post's metrics, in the order in which they were taken */
    get: operations["listPostMetrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/publish-now": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Publish at once what was to go out later */
    post: operations["publishNowPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/reject": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Refuse a post that awaits approval */
    post: operations["rejectPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/resolve": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Say what became of a target that is unconfirmed
     * @description `is_there`: it is out, at `url` where you have it. `send_again`: it is not; it is sent once more. `give_up`: leave it; if it turns up, say `is_there` later. Only a person knows, so look at the account first.
     */
    post: operations["resolvePost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try failed targets again
     * @description Goes on where each stopped: of a thread, what is out stays and the rest is sent. What may be out is never sent again; decide about it with `resolve`. What was given up stays so.
     */
    post: operations["retryPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/{id}/take-down": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Remove what is out
     * @description Where the platform offers it; each target's `removal` says what became of it. Where it does not, `not_supported` comes with the link to do it by hand.
     */
    post: operations["takeDownPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/bulk": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept up to 500 posts at once
     * @description Every row is checked. With mode all, one that is refused keeps all from being made: 422 `rows_refused` with `refused`. With `externalId` in each row a repetition makes nothing twice, also without an Idempotency-Key.
     */
    post: operations["bulkPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All posts that a filter fits as a CSV file, newest first */
    get: operations["getPostsExport"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/import": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept up to 500 posts of a CSV file
     * @description At most 2 MB, in UTF-8. The first line names the columns, of: text, title, channels, at, timeZone, mode, approval, campaign, labels, externalId, assets, altText; the others of an exported file are passed over. In all else as POST /v1/posts/bulk; row 1 is the first after the header.
     */
    post: operations["importPost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/posts/validate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say what would become of a post, and make none */
    post: operations["validatePost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/providers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the AI providers, and whose key each is asked with */
    get: operations["listProviders"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/providers/{name}/credentials": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Give the workspace a key of its own for a provider
     * @description The key is sealed and tried with the provider's cheapest call. One that works is used from then on, instead of any before; one that does not changes nothing, and the problem's `reason` says why. 202 says that the check takes longer than ten seconds: `lastCheck` of GET /v1/providers tells its end. Needs the password, given within the last 10 minutes, where a person asks.
     */
    put: operations["replaceProviderCredentials"];
    post?: never;
    /**
     * Remove the workspace's own key for a provider, at once
     * @description From then on the provider is asked with the installation's key, where it has one.
     */
    delete: operations["deleteAllProviderCredentials"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/queues/{channelId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A channel's slots, which are free next, and who holds the others */
    get: operations["getQueue"];
    /**
     * Give a channel its weekly slots
     * @description Posts that hold a slot keep it, also one that is no slot any more. Without slots the channel has no queue. While it is paused it gives none.
     */
    put: operations["replaceQueue"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/retention": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The rules of what is kept for how long, with what is kept, due and removed by each */
    get: operations["listRetention"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/runs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs of every agent, newest first */
    get: operations["listRuns"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/runs/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One run with its steps */
    get: operations["getRun"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/runs/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cancel a run, and its post while that is not out */
    post: operations["cancelRun"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/series": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List series, newest first */
    get: operations["listSeries"];
    put?: never;
    /**
     * Publish by a recurrence rule
     * @description The next ten occurrences within 14 days become posts at once, the others in time. Those before now are none of its business.
     */
    post: operations["createSeries"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/series/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One series; its posts are under /v1/posts?seriesId= */
    get: operations["getSeries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change what a series publishes, or when
     * @description Posts to come that it made already are cancelled and made anew; those that somebody edited, moved or approved stay as they are.
     */
    patch: operations["updateSeries"];
    trace?: never;
  };
  "/v1/series/{id}/end": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End for good: what it made and is not out is cancelled */
    post: operations["endSeries"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/series/{id}/pause": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Pause: what it made and is not out is cancelled */
    post: operations["pauseSeries"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/series/{id}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Resume: what somebody had edited is made again; what was due meanwhile is not made up for */
    post: operations["resumeSeries"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/series/preview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The next ten occurrences that a rule has */
    post: operations["previewSeries"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/sessions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List where I am signed in, newest first */
    get: operations["listSessions"];
    put?: never;
    post?: never;
    /** End all of my sessions */
    delete: operations["deleteAllSessions"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/sessions/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** End one of my sessions */
    delete: operations["deleteSession"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/uploads": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List uploads of the last days, newest first */
    get: operations["listUploads"];
    put?: never;
    /** Begin an upload in pieces, by the tus protocol 1.0; at most 4 GiB */
    post: operations["createUpload"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/uploads/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far an upload is, and which asset it became */
    get: operations["getUpload"];
    put?: never;
    post?: never;
    /** Give up an upload; its asset, if there is one, stays */
    delete: operations["deleteUpload"];
    options?: never;
    head?: never;
    /** Send a piece of an upload: bytes from Upload-Offset on */
    patch: operations["updateUpload"];
    trace?: never;
  };
  "/v1/usage": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Credits spent and posts published in a time, by what they belong to
     * @description Credits belong to the day on which they were reserved, to the member who asked (an API key counts as the member who made it) or the agent, and to the campaign and labels that their agent has; posts to the day on which they went out. What has several labels counts for each; `total` counts it once. Days are UTC's.
     */
    get: operations["getUsage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List webhooks, newest first */
    get: operations["listWebhooks"];
    put?: never;
    /**
     * Have events posted to an address
     * @description Messages are signed as Standard Webhooks says. Needs the password, given within the last 10 minutes, where a person asks.
     */
    post: operations["createWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One webhook */
    get: operations["getWebhook"];
    put?: never;
    post?: never;
    /** Remove a webhook with its log; what still waits is not delivered */
    delete: operations["deleteWebhook"];
    options?: never;
    head?: never;
    /**
     * Change a webhook, disable it or enable it again
     * @description Disabling ends what still waits to be delivered; what happens meanwhile is not told later. Needs the password, given within the last 10 minutes, where a person asks.
     */
    patch: operations["updateWebhook"];
    trace?: never;
  };
  "/v1/webhooks/{id}/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was sent, or is to be, newest first; kept for 30 days */
    get: operations["listWebhookDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send it again, under the same id; one that still waits is sent now */
    post: operations["redeliverWebhookDelivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/rotate-secret": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a new signing secret
     * @description For 24 hours messages carry the signatures of both, so that you can change it without losing one. Needs the password, given within the last 10 minutes, where a person asks.
     */
    post: operations["rotateSecretWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send an event of the type webhook.test, once */
    post: operations["testWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/workspace": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The workspace that one works in */
    get: operations["getWorkspace"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change the workspace's settings
     * @description Needs the password, given within the last 10 minutes, where a person asks.
     */
    patch: operations["updateWorkspace"];
    trace?: never;
  };
  "/v1/workspaces": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the workspaces where I am a member */
    get: operations["listWorkspaces"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Problem: {
      /** @description Stable word for programs, for example `credits_exhausted`. */
      code: string;
      /** @description What is wrong and what to do about it, for people. */
      detail: string;
      /** @description What is wrong where: JSON pointers into the request. */
      errors?: {
        detail: string;
        pointer: string;
      }[];
      /** @description Names this request in the logs. */
      requestId: string;
      status: number;
      title: string;
      /** @description Names the kind of problem; the same word as `code`. */
      type: string;
    } & {
      [key: string]: unknown;
    };
  };
  responses: {
    /**
     * @description `malformed_json`: The body is not JSON.
     *
     *     `malformed_request`: The request can't be read.
     */
    Problem400: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `invalid_idempotency_key`: An Idempotency-Key is 1 to 255 visible ASCII characters.
     *
     *     `malformed_json`: The body is not JSON.
     *
     *     `malformed_request`: The request can't be read.
     */
    Problem400_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `malformed_request`: The request can't be read. */
    Problem400_3: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `client_gone`: The connection was closed before the upload was complete.
     *
     *     `invalid_idempotency_key`: An Idempotency-Key is 1 to 255 visible ASCII characters.
     *
     *     `malformed_json`: The body is not JSON.
     *
     *     `malformed_multipart`: The form ends too early, or is not what its header says.
     *
     *     `malformed_request`: The request can't be read.
     */
    Problem400_4: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `client_gone`: The connection was closed before the upload was complete.
     *
     *     `malformed_json`: The body is not JSON.
     *
     *     `malformed_request`: The request can't be read.
     */
    Problem400_5: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `malformed_json`: The body is not JSON.
     *
     *     `malformed_request`: The request can't be read.
     *
     *     `signature_not_valid`: The signature is missing, wrong, or too old.
     */
    Problem400_6: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `wrong_credentials`: The e-mail address or password is wrong. */
    Problem401: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `invalid_key`: This is no API key of ours.
     *
     *     `key_expired`: The API key has expired.
     *
     *     `key_revoked`: The API key was revoked.
     *
     *     `unauthenticated`: No API key and no session came along, or it has ended.
     */
    Problem401_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `credit_limit`: A limit of credits a day is reached: the workspace's, the member's or the agent's, as `limitOf` says.
     *
     *     `credits_exhausted`: The workspace has fewer credits left than this needs.
     */
    Problem402: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `credits_exhausted`: The workspace has fewer credits left than this needs. */
    Problem402_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `other_account`: The invitation is for another e-mail address.
     *
     *     `registration_closed`: Nobody can register here by themselves.
     */
    Problem403: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `no_workspace`: This person is no member of a workspace.
     *
     *     `other_account`: The invitation is for another e-mail address.
     */
    Problem403_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `session_needed`: Only a signed-in person can do this.
     *
     *     `wrong_password`: The password is wrong.
     */
    Problem403_3: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `session_needed`: Only a signed-in person can do this.
     */
    Problem403_4: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `session_needed`: Only a signed-in person can do this. */
    Problem403_5: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `missing_scope`: The key lacks the scope, or the role does not carry it.
     *
     *     `step_up_needed`: The password must have been given within the last 10 minutes.
     */
    Problem403_6: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `missing_scope`: The key lacks the scope, or the role does not carry it. */
    Problem403_7: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `missing_scope`: The key lacks the scope, or the role does not carry it.
     *
     *     `owner_needed`: Only an owner of the workspace can do this.
     *
     *     `step_up_needed`: The password must have been given within the last 10 minutes.
     */
    Problem403_8: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `missing_scope`: The key lacks the scope, or the role does not carry it.
     *
     *     `owner_needed`: Only an owner of the workspace can do this.
     */
    Problem403_9: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `foreign_origin`: The request comes from another site. */
    Problem403_10: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `other_account`: The invitation is for another e-mail address.
     *
     *     `session_needed`: Only a signed-in person can do this.
     */
    Problem403_11: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `missing_scope`: The key lacks the scope, or the role does not carry it.
     */
    Problem403_12: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `missing_scope`: The key lacks the scope, or the role does not carry it.
     *
     *     `wrong_key`: Only the API key that began it can confirm it.
     */
    Problem403_13: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `link_expired`: The link to a file has expired; ask for a fresh one.
     *
     *     `link_not_valid`: The link to a file is not one of ours, or was changed.
     */
    Problem403_14: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `missing_scope`: The key lacks the scope, or the role does not carry it.
     *
     *     `own_post`: In this workspace nobody approves a post of their own.
     *
     *     `person_needed`: Only a signed-in person can decide this.
     */
    Problem403_15: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `operator_needed`: Only an operator of the installation can do this.
     *
     *     `step_up_needed`: The password must have been given within the last 10 minutes.
     */
    Problem403_16: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `foreign_origin`: The request comes from another site.
     *
     *     `operator_needed`: Only an operator of the installation can do this.
     */
    Problem403_17: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `invitation_not_valid`: The invitation was used, taken back, has expired, or never was. */
    Problem404: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `not_found`: There is no such thing in this workspace. */
    Problem404_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `body_too_slow`: The body took too long to arrive. */
    Problem408: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `email_taken`: There is an account with this e-mail address. */
    Problem409: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment. */
    Problem409_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `last_owner`: A workspace keeps at least one owner.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_3: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `last_owner`: A workspace keeps at least one owner. */
    Problem409_4: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `already_member`: That person is a member already.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_5: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `invitation_accepted`: The invitation was accepted already. */
    Problem409_6: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `needs_reauthorization`: The account must be connected again.
     *
     *     `not_authorized_yet`: Nobody has authorized the account yet.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_7: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `needs_reauthorization`: The account must be connected again.
     *
     *     `not_authorized_yet`: Nobody has authorized the account yet.
     *
     *     `not_refreshable`: The platform knows no refreshing.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_8: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `storage_quota`: The workspace's files would take more room than they may.
     */
    Problem409_9: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `storage_quota`: The workspace's files would take more room than they may.
     *
     *     `too_many_uploads`: The workspace has as many open uploads as it may have.
     */
    Problem409_10: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `asset_in_use`: Something that is not done needs the asset. */
    Problem409_11: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `external_id_taken`: Another row of the workspace has this externalId.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_12: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `already_ended`: It has ended already.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_13: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `version_conflict`: Somebody changed it since the version that was seen. */
    Problem409_14: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `too_late`: It is out, or on its way, or has ended.
     *
     *     `version_conflict`: Somebody changed it since the version that was seen.
     */
    Problem409_15: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `too_late`: It is out, or on its way, or has ended.
     */
    Problem409_16: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `content_changed`: The content is not the one that was seen.
     *
     *     `not_awaiting_approval`: The post awaits no approval.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_17: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `not_awaiting_approval`: The post awaits no approval.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_18: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `not_approved`: The post needs approval first.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `too_late`: It is out, or on its way, or has ended.
     */
    Problem409_19: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `external_id_taken`: Another row of the workspace has this externalId. */
    Problem409_20: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `not_approved`: The post needs approval first.
     *
     *     `nothing_failed`: There is nothing to try again.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `too_late`: It is out, or on its way, or has ended.
     */
    Problem409_21: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `not_approved`: The post needs approval first.
     *
     *     `not_unconfirmed`: Nobody has to decide about this target.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `too_late`: It is out, or on its way, or has ended.
     */
    Problem409_22: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `nothing_out`: Nothing of it is known to be out, or it was taken down.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_23: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `too_many_series`: The workspace has as many series that have not ended as it may have.
     */
    Problem409_24: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `agent_halted`: The agent is halted; resume it first.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_25: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `illegal_transition`: It can't go from its state to the one asked for.
     *
     *     `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     */
    Problem409_26: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `balance_too_large`: It would be more credits than a balance can hold.
     *
     *     `reference_taken`: The workspace was granted another number of credits by this reference.
     */
    Problem409_27: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `too_many_webhooks`: The workspace has as many webhooks as it may have.
     */
    Problem409_28: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `request_in_progress`: A request with this Idempotency-Key is still at work; repeat it in a moment.
     *
     *     `webhook_disabled`: The webhook is disabled; enable it first.
     */
    Problem409_29: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `storage_quota`: The workspace's files would take more room than they may.
     *
     *     `too_many_uploads`: The workspace has as many open uploads as it may have.
     */
    Problem409_30: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `upload_ended`: The upload takes no more bytes: the file is whole.
     *
     *     `wrong_offset`: The upload goes on from another byte; ask with HEAD.
     */
    Problem409_31: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `illegal_transition`: It can't go from its state to the one asked for. */
    Problem409_32: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `balance_too_large`: It would be more credits than a balance can hold. */
    Problem409_33: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `authorization_expired`: Nobody authorized the account in time. */
    Problem410: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `file_expired`: The file's time was over, and its bytes are gone. */
    Problem410_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `file_expired`: The file's time was over, and its bytes are gone.
     *
     *     `generation_expired`: The generation's time was over: its prompt and texts, or all of it, are gone.
     */
    Problem410_3: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `generation_expired`: The generation's time was over: its prompt and texts, or all of it, are gone. */
    Problem410_4: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `upload_expired`: The upload was not finished in time. */
    Problem410_5: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `too_large`: The body or file is too large. */
    Problem413: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `unsupported_media_type`: The content type is not the one that is taken. */
    Problem415: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `invalid_request`: The request does not fit its schema; `errors` says where. */
    Problem422: {
      headers: {
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `invalid_request`: The request does not fit its schema; `errors` says where. */
    Problem422_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `invalid_cursor`: The cursor is not one of ours; start without.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     */
    Problem422_3: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `provider_forbidden`: The workspace's settings do not let this provider be asked.
     *
     *     `unknown_model`: There is no such model.
     *
     *     `unknown_provider`: There is no such provider.
     *
     *     `wrong_kind`: The model makes something else.
     */
    Problem422_4: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     */
    Problem422_5: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `credentials_refused`: The platform refuses the credentials.
     *
     *     `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `unknown_platform`: There is no such platform.
     */
    Problem422_6: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `corrupt`: The file is damaged or not complete.
     *
     *     `empty`: The file is empty.
     *
     *     `file_missing`: The form holds no file.
     *
     *     `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `media_unreadable`: The file can't be taken.
     *
     *     `timeout`: The file takes too long to read.
     *
     *     `too_long`: The recording is too long.
     *
     *     `too_many_files`: One file at a time.
     *
     *     `too_many_pixels`: The picture is too large.
     *
     *     `type_mismatch`: The file is not of the type that its sender or its name says.
     *
     *     `unknown_field`: The form holds something besides the file.
     *
     *     `unsupported_type`: Files of this type are not taken.
     */
    Problem422_7: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `address_refused`: The address is private, can't be found, or is not one of the web.
     *
     *     `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     */
    Problem422_8: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `provider_forbidden`: The workspace's settings do not let this provider be asked.
     *
     *     `provider_not_configured`: The provider is not set up here.
     *
     *     `unknown_asset`: There is no such asset in this workspace.
     *
     *     `unknown_model`: There is no such model.
     *
     *     `unknown_provider`: There is no such provider.
     *
     *     `wrong_kind`: The model makes something else.
     */
    Problem422_9: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `provider_forbidden`: The workspace's settings do not let this provider be asked.
     *
     *     `provider_not_configured`: The provider is not set up here.
     *
     *     `unknown_asset`: There is no such asset in this workspace.
     *
     *     `unknown_model`: There is no such model.
     *
     *     `unknown_provider`: There is no such provider.
     *
     *     `wrong_kind`: The model makes something else.
     */
    Problem422_10: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `address_refused`: The address is private, can't be found, or is not one of the web.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `provider_key_refused`: The key was tried and can't be used; `reason` says why. The one before it stays.
     */
    Problem422_11: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `approval_required`: A channel takes no post without approval.
     *
     *     `content_refused`: The content does not fit what the platform takes.
     *
     *     `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `in_the_past`: The time has passed.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `invalid_time`: This is no time, or none that can be planned.
     *
     *     `no_free_slot`: Its channels' queues have no slot left that fits.
     *
     *     `no_queue`: None of its channels has a queue.
     *
     *     `sandbox_output`: It holds output of the offline models, which goes to real platforms only on demand.
     *
     *     `time_zone_missing`: A time without an offset needs a time zone.
     */
    Problem422_12: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `content_refused`: The content does not fit what the platform takes.
     *
     *     `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `in_the_past`: The time has passed.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `invalid_time`: This is no time, or none that can be planned.
     *
     *     `no_free_slot`: Its channels' queues have no slot left that fits.
     *
     *     `no_queue`: None of its channels has a queue.
     *
     *     `sandbox_output`: It holds output of the offline models, which goes to real platforms only on demand.
     *
     *     `time_zone_missing`: A time without an offset needs a time zone.
     */
    Problem422_13: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `no_free_slot`: Its channels' queues have no slot left that fits.
     *
     *     `no_queue`: None of its channels has a queue.
     *
     *     `sandbox_output`: It holds output of the offline models, which goes to real platforms only on demand.
     */
    Problem422_14: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `approval_required`: A channel takes no post without approval.
     *
     *     `content_refused`: The content does not fit what the platform takes.
     *
     *     `in_the_past`: The time has passed.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `invalid_time`: This is no time, or none that can be planned.
     *
     *     `no_free_slot`: Its channels' queues have no slot left that fits.
     *
     *     `no_queue`: None of its channels has a queue.
     *
     *     `sandbox_output`: It holds output of the offline models, which goes to real platforms only on demand.
     *
     *     `time_zone_missing`: A time without an offset needs a time zone.
     */
    Problem422_15: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `rows_refused`: Some of the rows are refused, so none was made.
     */
    Problem422_16: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `invalid_url`: The address is no address of a post of this account, or of another post.
     */
    Problem422_17: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `approval_required`: A channel takes no post without approval.
     *
     *     `content_refused`: The content does not fit what the platform takes.
     *
     *     `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `invalid_rule`: This is no recurrence, or none that can be planned.
     *
     *     `sandbox_output`: It holds output of the offline models, which goes to real platforms only on demand.
     */
    Problem422_18: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `invalid_rule`: This is no recurrence, or none that can be planned.
     */
    Problem422_19: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `provider_forbidden`: The workspace's settings do not let this provider be asked.
     *
     *     `provider_not_configured`: The provider is not set up here.
     *
     *     `unknown_model`: There is no such model.
     *
     *     `unknown_provider`: There is no such provider.
     *
     *     `wrong_kind`: The model makes something else.
     */
    Problem422_20: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `payment_not_configured`: The installation takes no payments; an operator grants credits.
     *
     *     `unknown_pack`: There is no such pack of credits.
     */
    Problem422_21: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `address_refused`: The address is private, can't be found, or is not one of the web.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     */
    Problem422_22: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `way_not_set_up`: Nothing can be sent this way yet; it must be set up first.
     */
    Problem422_23: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `not_decodable`: The payloads were not encrypted by this installation.
     */
    Problem422_24: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `empty`: The file is empty.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     */
    Problem422_25: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `idempotency_key_reused`: The Idempotency-Key stood for another request; use a new one.
     *
     *     `invalid_csv`: The file is no CSV, or not one of posts.
     *
     *     `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `rows_refused`: Some of the rows are refused, so none was made.
     */
    Problem422_26: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `invalid_request`: The request does not fit its schema; `errors` says where.
     *
     *     `payment_not_configured`: The installation takes no payments; an operator grants credits.
     */
    Problem422_27: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `upload_busy`: Another request is writing to the upload; try in a moment. */
    Problem423: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `rate_limited`: Too many requests; wait as long as Retry-After says.
     *
     *     `too_many_tries`: Too many tries; wait as long as Retry-After says.
     */
    Problem429: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `rate_limited`: Too many requests; wait as long as Retry-After says. */
    Problem429_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `rate_limited`: Too many requests; wait as long as Retry-After says.
     *
     *     `too_many_streams`: Too many streams of events are open.
     */
    Problem429_3: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `headers_too_large`: The headers are too large. */
    Problem431: {
      headers: {
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `headers_too_large`: The headers are too large. */
    Problem431_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `internal`: Our fault; the logs know the requestId. */
    Problem500: {
      headers: {
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `internal`: Our fault; the logs know the requestId. */
    Problem500_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `database_unavailable`: The database can't be reached, or took too long.
     *
     *     `stopping`: The process is about to stop; ask again in a moment.
     */
    Problem503: {
      headers: {
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description `database_unavailable`: The database can't be reached, or took too long. */
    Problem503_2: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `database_unavailable`: The database can't be reached, or took too long.
     *
     *     `platform_not_configured`: The installation is not set up for the platform.
     *
     *     `platform_unavailable`: The platform does not answer as it should.
     */
    Problem503_3: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `database_unavailable`: The database can't be reached, or took too long.
     *
     *     `storage_full`: There is no room left for files.
     */
    Problem503_4: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * @description `database_unavailable`: The database can't be reached, or took too long.
     *
     *     `payment_unavailable`: The payment provider does not answer as it should.
     */
    Problem503_5: {
      headers: {
        RateLimit: components["headers"]["RateLimit"];
        "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
        "Retry-After": components["headers"]["RetryAfter"];
        "X-Request-Id": components["headers"]["XRequestId"];
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
  };
  parameters: {
    /**
     * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
     * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
     */
    IdempotencyKey: string;
  };
  requestBodies: never;
  headers: {
    /**
     * @description `true` when this is the kept answer to an earlier request with the same key.
     * @example true
     */
    IdempotentReplayed: "true";
    /**
     * @description Where the new thing is.
     * @example /v1/posts/01980f6e-3f1b-7c5e-9a51-0d3a7c2b9f44
     */
    Location: string;
    /**
     * @description How many requests are left (`r`) and for how many seconds (`t`), by policy: of the address, and of the key or session.
     * @example "address";r=1199;t=60, "key";r=599;t=60
     */
    RateLimit: string;
    /**
     * @description The limits themselves: how many requests (`q`) in how many seconds (`w`).
     * @example "address";q=3000;w=60, "key";q=600;w=60
     */
    RateLimitPolicy: string;
    /**
     * @description Seconds to wait before asking again, where that is known.
     * @example 17
     */
    RetryAfter: string;
    /**
     * @description The scheme that would do.
     * @example Bearer
     */
    WwwAuthenticate: string;
    /**
     * @description Names the request in the logs; problems say it too, as `requestId`.
     * @example 7d0d3a55-5d1c-4a0e-9d55-0a4f3a1a8f6e
     */
    XRequestId: string;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getLivez: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            status: "ok";
          };
        };
      };
      default: components["responses"]["Problem422"];
    };
  };
  getMedia: {
    parameters: {
      query: {
        /** @description Adds nothing to the signature: a browser saves the file instead of showing it */
        download?: "1";
        /** @description Seconds since 1970 */
        expires: number;
        key: string;
        signature: string;
      };
      header?: never;
      path: {
        /** @description UUID */
        id: string;
        kind: "assets" | "renditions";
        /** @description UUID */
        workspaceId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": string;
        };
      };
      /** @description The range that was asked for */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": string;
        };
      };
      /** @description You have it already, by If-None-Match */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  getReadyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            engine: "ready" | "delayed";
            /** @enum {string} */
            status: "ok" | "degraded";
          };
        };
      };
      default: components["responses"]["Problem422"];
    };
  };
  listAgents: {
    parameters: {
      query?: {
        campaign?: string;
        /** @description `nextCursor` of the page before */
        cursor?: string;
        /** @description Without regard to case */
        label?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @enum {string} */
              autonomy: "suggest" | "autopilot";
              brandVoice: string | null;
              brief: string;
              /** @description What its posts belong to */
              campaign: string | null;
              channelIds: string[];
              /** Format: date-time */
              createdAt: string;
              creditLimit: number;
              dailyPostLimit: number;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description Its posts carry them too */
              labels: string[];
              /** @enum {string} */
              media: "none" | "image";
              model: string | null;
              name: string;
              /** @description The next three, while it is active */
              nextWakeUps: string[];
              schedule: {
                days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                times: string[];
                timeZone: string;
              };
              /** @enum {string} */
              status: "active" | "paused" | "halted";
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createAgent: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @default suggest
           * @enum {string}
           */
          autonomy?: "suggest" | "autopilot";
          brandVoice?: string;
          brief: string;
          /** @description What it belongs to; lists and usage can be narrowed by it */
          campaign?: string;
          channelIds: string[];
          /**
           * @description Credits per calendar day in the agent's zone
           * @default 100
           */
          creditLimit?: number;
          /** @default 3 */
          dailyPostLimit?: number;
          /**
           * @description At most 20, of which no two differ by case alone
           * @default []
           */
          labels?: string[];
          /**
           * @default none
           * @enum {string}
           */
          media?: "none" | "image";
          /** @description A text model, `provider/model`; the installation's default when absent */
          model?: string;
          name: string;
          schedule: {
            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
            times: string[];
            timeZone: string;
          };
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            autonomy: "suggest" | "autopilot";
            brandVoice: string | null;
            brief: string;
            /** @description What its posts belong to */
            campaign: string | null;
            channelIds: string[];
            /** Format: date-time */
            createdAt: string;
            creditLimit: number;
            dailyPostLimit: number;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Its posts carry them too */
            labels: string[];
            /** @enum {string} */
            media: "none" | "image";
            model: string | null;
            name: string;
            /** @description The next three, while it is active */
            nextWakeUps: string[];
            schedule: {
              days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
              times: string[];
              timeZone: string;
            };
            /** @enum {string} */
            status: "active" | "paused" | "halted";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getAgent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            autonomy: "suggest" | "autopilot";
            brandVoice: string | null;
            brief: string;
            /** @description What its posts belong to */
            campaign: string | null;
            channelIds: string[];
            /** Format: date-time */
            createdAt: string;
            creditLimit: number;
            dailyPostLimit: number;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Its posts carry them too */
            labels: string[];
            /** @enum {string} */
            media: "none" | "image";
            model: string | null;
            name: string;
            /** @description The next three, while it is active */
            nextWakeUps: string[];
            schedule: {
              days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
              times: string[];
              timeZone: string;
            };
            /** @enum {string} */
            status: "active" | "paused" | "halted";
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  pauseAgent: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            autonomy: "suggest" | "autopilot";
            brandVoice: string | null;
            brief: string;
            /** @description What its posts belong to */
            campaign: string | null;
            channelIds: string[];
            /** Format: date-time */
            createdAt: string;
            creditLimit: number;
            dailyPostLimit: number;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Its posts carry them too */
            labels: string[];
            /** @enum {string} */
            media: "none" | "image";
            model: string | null;
            name: string;
            /** @description The next three, while it is active */
            nextWakeUps: string[];
            schedule: {
              days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
              times: string[];
              timeZone: string;
            };
            /** @enum {string} */
            status: "active" | "paused" | "halted";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  resumeAgent: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            autonomy: "suggest" | "autopilot";
            brandVoice: string | null;
            brief: string;
            /** @description What its posts belong to */
            campaign: string | null;
            channelIds: string[];
            /** Format: date-time */
            createdAt: string;
            creditLimit: number;
            dailyPostLimit: number;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Its posts carry them too */
            labels: string[];
            /** @enum {string} */
            media: "none" | "image";
            model: string | null;
            name: string;
            /** @description The next three, while it is active */
            nextWakeUps: string[];
            schedule: {
              days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
              times: string[];
              timeZone: string;
            };
            /** @enum {string} */
            status: "active" | "paused" | "halted";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  runAgent: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "queued"
              | "running"
              | "awaiting_approval"
              | "paused"
              | "succeeded"
              | "failed"
              | "cancelled"
              | "skipped";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listAgentRuns: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /**
               * Format: uuid
               * @description UUID
               */
              agentId: string;
              /** Format: date-time */
              createdAt: string;
              error: {
                code: string;
                detail: string;
              } | null;
              finishedAt: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              postId: string | null;
              startedAt: string | null;
              /** @enum {string} */
              status:
                | "queued"
                | "running"
                | "awaiting_approval"
                | "paused"
                | "succeeded"
                | "failed"
                | "cancelled"
                | "skipped";
              /** @description The run's workflow, for operators */
              temporalUrl: string;
              /** @enum {string} */
              trigger: "manual" | "schedule";
              /** @description The wake-up of the schedule that it answers */
              wokenFor: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  listApiKeys: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** Format: date-time */
              createdAt: string;
              expiresAt: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              lastFour: string;
              lastUsedAt: string | null;
              name: string;
              prefix: string;
              scopes: string[];
              /** @enum {string} */
              status: "active" | "expired" | "revoked";
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createApiKey: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * Format: date-time
           * @description 90 days from now when absent; never later than the key that makes it
           */
          expiresAt?: string;
          name: string;
          scopes: (
            | "posts:read"
            | "posts:write"
            | "posts:publish"
            | "assets:read"
            | "assets:write"
            | "connections:read"
            | "connections:write"
            | "generations:read"
            | "generations:write"
            | "agents:read"
            | "agents:write"
            | "usage:read"
            | "members:read"
            | "members:write"
            | "workspace:write"
            | "audit:read"
            | "api-keys:read"
            | "api-keys:write"
            | "webhooks:read"
            | "webhooks:write"
          )[];
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description The full key, shown this once: a repeated answer lacks it */
            key?: string;
            lastFour: string;
            lastUsedAt: string | null;
            name: string;
            prefix: string;
            scopes: string[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  deleteApiKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  listAssets: {
    parameters: {
      query?: {
        /** @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention */
        class?: "library" | "upload" | "input" | "output";
        /** @description `nextCursor` of the page before */
        cursor?: string;
        kind?: "image" | "video" | "audio";
        limit?: number;
        status?: "processing" | "ready" | "failed";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              bytes: number;
              /**
               * @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention
               * @enum {string}
               */
              class: "library" | "upload" | "input" | "output";
              /** @description As found by the content, whatever the file was called */
              contentType: string;
              contentUrl: string;
              /** Format: date-time */
              createdAt: string;
              /** @description What a model had a part in, in IPTC's words; the file and its renditions carry the same mark, and platforms that ask are told. Null for everything else */
              digitalSource:
                | ("trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia")
                | null;
              durationSeconds: number | null;
              /** @description When it is removed unless something needs it until then; null while something does, and for what is in the library */
              expiresAt: string | null;
              height: number | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @enum {string} */
              kind: "image" | "video" | "audio";
              /** @description The same file without signing in, from an origin of its own, for one to two hours: for <img> and <video>, and for whoever is to fetch it */
              mediaUrl: string;
              /** @description What the file was called by whoever sent it */
              name: string | null;
              /** @description Made by an offline model: refused on real platforms unless approved so */
              offlineOutput: boolean;
              /** @enum {string} */
              origin: "upload" | "generation";
              /** @enum {string} */
              status: "processing" | "ready" | "failed";
              width: number | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createAsset: {
    parameters: {
      query?: {
        /** @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention */
        class?: "library" | "upload" | "input" | "output";
      };
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "multipart/form-data": {
          /** Format: binary */
          file: string;
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            bytes: number;
            /**
             * @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention
             * @enum {string}
             */
            class: "library" | "upload" | "input" | "output";
            /** @description As found by the content, whatever the file was called */
            contentType: string;
            contentUrl: string;
            /** Format: date-time */
            createdAt: string;
            /** @description What a model had a part in, in IPTC's words; the file and its renditions carry the same mark, and platforms that ask are told. Null for everything else */
            digitalSource:
              | ("trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia")
              | null;
            durationSeconds: number | null;
            /** @description When it is removed unless something needs it until then; null while something does, and for what is in the library */
            expiresAt: string | null;
            height: number | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            kind: "image" | "video" | "audio";
            /** @description The same file without signing in, from an origin of its own, for one to two hours: for <img> and <video>, and for whoever is to fetch it */
            mediaUrl: string;
            /** @description What the file was called by whoever sent it */
            name: string | null;
            /** @description Made by an offline model: refused on real platforms unless approved so */
            offlineOutput: boolean;
            /** @enum {string} */
            origin: "upload" | "generation";
            /** @enum {string} */
            status: "processing" | "ready" | "failed";
            width: number | null;
          };
        };
      };
      default: components["responses"]["Problem400_4"];
    };
  };
  getAsset: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            bytes: number;
            /**
             * @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention
             * @enum {string}
             */
            class: "library" | "upload" | "input" | "output";
            /** @description As found by the content, whatever the file was called */
            contentType: string;
            contentUrl: string;
            /** Format: date-time */
            createdAt: string;
            /** @description What a model had a part in, in IPTC's words; the file and its renditions carry the same mark, and platforms that ask are told. Null for everything else */
            digitalSource:
              | ("trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia")
              | null;
            durationSeconds: number | null;
            /** @description When it is removed unless something needs it until then; null while something does, and for what is in the library */
            expiresAt: string | null;
            height: number | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            kind: "image" | "video" | "audio";
            /** @description The same file without signing in, from an origin of its own, for one to two hours: for <img> and <video>, and for whoever is to fetch it */
            mediaUrl: string;
            /** @description What the file was called by whoever sent it */
            name: string | null;
            /** @description Made by an offline model: refused on real platforms unless approved so */
            offlineOutput: boolean;
            /** @enum {string} */
            origin: "upload" | "generation";
            /** @enum {string} */
            status: "processing" | "ready" | "failed";
            width: number | null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  deleteAsset: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  updateAsset: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention
           * @enum {string}
           */
          class: "library" | "upload" | "input" | "output";
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            bytes: number;
            /**
             * @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention
             * @enum {string}
             */
            class: "library" | "upload" | "input" | "output";
            /** @description As found by the content, whatever the file was called */
            contentType: string;
            contentUrl: string;
            /** Format: date-time */
            createdAt: string;
            /** @description What a model had a part in, in IPTC's words; the file and its renditions carry the same mark, and platforms that ask are told. Null for everything else */
            digitalSource:
              | ("trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia")
              | null;
            durationSeconds: number | null;
            /** @description When it is removed unless something needs it until then; null while something does, and for what is in the library */
            expiresAt: string | null;
            height: number | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            kind: "image" | "video" | "audio";
            /** @description The same file without signing in, from an origin of its own, for one to two hours: for <img> and <video>, and for whoever is to fetch it */
            mediaUrl: string;
            /** @description What the file was called by whoever sent it */
            name: string | null;
            /** @description Made by an offline model: refused on real platforms unless approved so */
            offlineOutput: boolean;
            /** @enum {string} */
            origin: "upload" | "generation";
            /** @enum {string} */
            status: "processing" | "ready" | "failed";
            width: number | null;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getAssetContent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": string;
        };
      };
      /** @description The range that was asked for */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": string;
        };
      };
      /** @description You have it already, by If-None-Match */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  listAssetRenditions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              bytes: number;
              /** @enum {string} */
              class: "rendition";
              /** @description As found by the content, whatever the file was called */
              contentType: string;
              contentUrl: string;
              durationSeconds: number | null;
              /** @description When it is removed unless something needs it until then; null while something does, and for what is in the library */
              expiresAt: string | null;
              height: number | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description The same file without signing in, from an origin of its own, for one to two hours: for <img> and <video>, and for whoever is to fetch it */
              mediaUrl: string;
              /** @description How it was made, with version and parameters */
              recipe: string;
              width: number | null;
            }[];
            nextCursor: null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  getAssetRenditionContent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
        /** @description UUID */
        renditionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": string;
        };
      };
      /** @description The range that was asked for */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "*/*": string;
        };
      };
      /** @description You have it already, by If-None-Match */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  importAsset: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention
           * @default upload
           * @enum {string}
           */
          class?: "library" | "upload" | "input" | "output";
          /** @description What people see; what the address ends with when absent */
          name?: string;
          /** @description https, of a public address */
          url: string;
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description The asset that it became */
            assetId: string | null;
            /** @description Of the whole file; 0 while it is fetched */
            bytes: number;
            /** Format: date-time */
            createdAt: string;
            /** @enum {string} */
            engine: "ready" | "delayed";
            /**
             * Format: date-time
             * @description Until when it goes on, or is remembered
             */
            expiresAt: string;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            name: string | null;
            /** @description Why it became none */
            problem: {
              code: string;
              detail: string;
            } | null;
            /** @description How many of them have arrived */
            received: number;
            /**
             * @description `receiving` until the last byte is there, then `checking`; `fetching` while it comes from an address; `ready` once it is an asset, `failed` where it can't be one
             * @enum {string}
             */
            status: "receiving" | "fetching" | "checking" | "ready" | "failed";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listAuditEvents: {
    parameters: {
      query?: {
        /** @description Exactly, for example `post.approved` */
        action?: string;
        /** @description Exactly, for example `user:<id>` */
        actor?: string;
        /** @description `nextCursor` of the page before */
        cursor?: string;
        /** @description No earlier than this */
        from?: string;
        limit?: number;
        /** @description Earlier than this */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description What was done, for example `post.approved` */
              action: string;
              actor: {
                /** @description `user:<id>`, `key:<its 12 characters>`, `agent:<id>`, `system` … */
                id: string;
                /** @description Where it is still known */
                name: string | null;
              };
              /** @description Where the request came from */
              address: string | null;
              /** Format: date-time */
              createdAt: string;
              detail: {
                [key: string]: string | number | boolean;
              };
              /** @description SHA-256 over the canonical JSON (RFC 8785) of sequence, createdAt, actor (its id alone), action, subject, address, detail and previousHash */
              hash: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description `hash` of the line before; of the first, zeros */
              previousHash: string;
              /** @description Counts up within the workspace, without a gap */
              sequence: number;
              subject: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  getAuditEventsCheck: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            broken: {
              /**
               * @description No such line; not what it was; follows another line than the one before
               * @enum {string}
               */
              reason: "missing" | "changed" | "unlinked";
              sequence: number;
            } | null;
            /** @description Hash of the last line, where all hold */
            head: string | null;
            holds: boolean;
            /** @description That hold, counted from the first */
            lines: number;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: email */
          email: string;
          /** @description Accepts it */
          invitation?: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            user: {
              email: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
            workspace: {
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  logout: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  register: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: email */
          email: string;
          /** @description Of an invitation for this e-mail address: makes no workspace of one's own, and works where registration is closed */
          invitation?: string;
          name: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            user: {
              email: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
            workspace: {
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  stepUp: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          password: string;
        };
      };
    };
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  workspace: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * Format: uuid
           * @description UUID
           */
          workspaceId: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            role: "owner" | "admin" | "editor" | "approver" | "viewer";
            user: {
              email: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
            workspace: {
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  listChannels: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        group?: string;
        limit?: number;
        platform?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /**
               * Format: uuid
               * @description UUID
               */
              connectionId: string;
              /** @description What is added to every post here */
              defaults: {
                /**
                 * @description Added where the text does not hold them; with or without #
                 * @default []
                 */
                hashtags: string[];
                /**
                 * @description The last lines of every text
                 * @default
                 */
                signature: string;
                /**
                 * @description Parameters of links that have no utm_ of their own; one that comes out empty is left out
                 * @default {}
                 */
                utm: {
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  campaign?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  content?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  medium?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  source?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  term?: string;
                };
              } | null;
              /** @description People's own word for what belongs together */
              group: string | null;
              handle: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              kind: string;
              name: string;
              platform: string;
              /** @description Nothing goes out here without a person's approval, whoever asks */
              requiresApproval: boolean;
              url: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  updateChannel: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Replaced as a whole */
          defaults?: {
            /**
             * @description Added where the text does not hold them; with or without #
             * @default []
             */
            hashtags?: string[];
            /**
             * @description The last lines of every text
             * @default
             */
            signature?: string;
            /**
             * @description Parameters of links that have no utm_ of their own; one that comes out empty is left out
             * @default {}
             */
            utm?: {
              /** @description May hold {platform}, {channel}, {campaign} and {post} */
              campaign?: string;
              /** @description May hold {platform}, {channel}, {campaign} and {post} */
              content?: string;
              /** @description May hold {platform}, {channel}, {campaign} and {post} */
              medium?: string;
              /** @description May hold {platform}, {channel}, {campaign} and {post} */
              source?: string;
              /** @description May hold {platform}, {channel}, {campaign} and {post} */
              term?: string;
            };
          } | null;
          group?: string | null;
          requiresApproval?: boolean;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            connectionId: string;
            /** @description What is added to every post here */
            defaults: {
              /**
               * @description Added where the text does not hold them; with or without #
               * @default []
               */
              hashtags: string[];
              /**
               * @description The last lines of every text
               * @default
               */
              signature: string;
              /**
               * @description Parameters of links that have no utm_ of their own; one that comes out empty is left out
               * @default {}
               */
              utm: {
                /** @description May hold {platform}, {channel}, {campaign} and {post} */
                campaign?: string;
                /** @description May hold {platform}, {channel}, {campaign} and {post} */
                content?: string;
                /** @description May hold {platform}, {channel}, {campaign} and {post} */
                medium?: string;
                /** @description May hold {platform}, {channel}, {campaign} and {post} */
                source?: string;
                /** @description May hold {platform}, {channel}, {campaign} and {post} */
                term?: string;
              };
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /** @description People's own word for what belongs together */
            group: string | null;
            handle: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            kind: string;
            name: string;
            platform: string;
            /** @description Nothing goes out here without a person's approval, whoever asks */
            requiresApproval: boolean;
            url: string | null;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listConnections: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        /** @description `true`: those instead that were disconnected and have channels still in use */
        disconnected?: "true" | "false";
        limit?: number;
        platform?: string;
        status?:
          | "pending"
          | "active"
          | "expiring"
          | "expired"
          | "revoked"
          | "invalid"
          | "needs_reauthorization";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description Null until the connection is made, and confirmed where an API key began it */
              account: {
                handle: string | null;
                name: string;
              } | null;
              /** Format: date-time */
              createdAt: string;
              /** @description When it was disconnected: nothing goes out through it until the same account is connected again */
              disconnectedAt: string | null;
              /** @description When the access ends unless it is refreshed */
              expiresAt: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              platform: string;
              /** @description Why it does not work, in the platform's words where it gave any */
              problem: string | null;
              /** @enum {string} */
              status:
                | "pending"
                | "active"
                | "expiring"
                | "expired"
                | "revoked"
                | "invalid"
                | "needs_reauthorization";
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createConnection: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description The fields that the platform's manifest names, where it is not connected by signing in */
          credentials?: {
            [key: string]: string;
          };
          platform: string;
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description Where to send the person, within ten minutes; absent with credentials, and in a repeated answer */
            authorizationUrl?: string;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "pending"
              | "active"
              | "expiring"
              | "expired"
              | "revoked"
              | "invalid"
              | "needs_reauthorization";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getConnection: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description Null until the connection is made, and confirmed where an API key began it */
            account: {
              handle: string | null;
              name: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
            /** @description When it was disconnected: nothing goes out through it until the same account is connected again */
            disconnectedAt: string | null;
            /** @description When the access ends unless it is refreshed */
            expiresAt: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            platform: string;
            /** @description Why it does not work, in the platform's words where it gave any */
            problem: string | null;
            /** @enum {string} */
            status:
              | "pending"
              | "active"
              | "expiring"
              | "expired"
              | "revoked"
              | "invalid"
              | "needs_reauthorization";
            /** @description What disconnecting it stops, or has stopped */
            uses: {
              /** @description Posts that wait to go out through it */
              posts: number;
              /** @description Queues of its channels */
              queues: number;
              /** @description Series that have not ended and make posts for its channels */
              series: number;
            };
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  deleteConnection: {
    parameters: {
      query?: {
        /** @description `true`: the channels are removed too, for good; also of one that is disconnected already */
        forget?: "true" | "false";
      };
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  listConnectionChannels: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /**
               * Format: uuid
               * @description UUID
               */
              connectionId: string;
              /** @description What is added to every post here */
              defaults: {
                /**
                 * @description Added where the text does not hold them; with or without #
                 * @default []
                 */
                hashtags: string[];
                /**
                 * @description The last lines of every text
                 * @default
                 */
                signature: string;
                /**
                 * @description Parameters of links that have no utm_ of their own; one that comes out empty is left out
                 * @default {}
                 */
                utm: {
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  campaign?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  content?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  medium?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  source?: string;
                  /** @description May hold {platform}, {channel}, {campaign} and {post} */
                  term?: string;
                };
              } | null;
              /** @description People's own word for what belongs together */
              group: string | null;
              handle: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              kind: string;
              name: string;
              platform: string;
              /** @description Nothing goes out here without a person's approval, whoever asks */
              requiresApproval: boolean;
              url: string | null;
            }[];
            nextCursor: null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  confirmConnection: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            accountName: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "pending"
              | "active"
              | "expiring"
              | "expired"
              | "revoked"
              | "invalid"
              | "needs_reauthorization";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  refreshConnection: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "pending"
              | "active"
              | "expiring"
              | "expired"
              | "revoked"
              | "invalid"
              | "needs_reauthorization";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getCredits: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description Neither spent nor reserved */
            credits: number;
            /** @description Of who asks, or of who made the API key that does */
            member: {
              /** @description Credits that may be reserved in a day of UTC; null for no limit */
              dailyCreditLimit: number | null;
              /** @description Of the limit; null without one */
              leftToday: number | null;
              /** @description Spent, or reserved by what is still at work */
              usedToday: number;
            };
            /** @description What can be bought; nothing where no payments are taken */
            packs: {
              /** @description In the currency's smallest unit */
              amount: number;
              credits: number;
              /** @description ISO 4217, in small letters */
              currency: string;
              name: string;
            }[];
            /**
             * Format: date-time
             * @description When the next day begins
             */
            renewsAt: string;
            /** @description By what is still at work; what it does not cost comes back */
            reserved: number;
            /** @description Without it an operator grants credits */
            takesPayments: boolean;
            workspace: {
              /** @description Credits that may be reserved in a day of UTC; null for no limit */
              dailyCreditLimit: number | null;
              /** @description Of the limit; null without one */
              leftToday: number | null;
              /** @description Spent, or reserved by what is still at work */
              usedToday: number;
            };
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  checkoutCredit: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          pack: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            pack: {
              /** @description In the currency's smallest unit */
              amount: number;
              credits: number;
              /** @description ISO 4217, in small letters */
              currency: string;
              name: string;
            };
            /** Format: uri */
            url: string;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listCreditsEntries: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        kind?: "reserve" | "settle" | "refund" | "grant";
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              agentId: string | null;
              /** @description As it changed the balance: below zero for what was reserved or taken */
              amount: number;
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @enum {string} */
              kind: "reserve" | "settle" | "refund" | "grant";
              /** @description `provider/model` */
              model: string | null;
              /** @description Of a grant */
              reason: string | null;
              /** @description What whoever granted it calls it */
              reference: string | null;
              /** @description What it is for: `generation:<id>`, `step:<id>`, `payment:<id>` */
              subject: string;
              /** @description The person whom it counts for; of an API key, who made it */
              userId: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  getEvents: {
    parameters: {
      query?: {
        /** @description Only what happens to this, for example `post:<id>` */
        subject?: string;
        /** @description Only types that begin so, for example `post.` or `post.published` */
        type?: string;
      };
      header?: {
        /** @description The `id` of the last event that you have: the stream goes on after it */
        "last-event-id"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The stream */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": string;
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  listGenerations: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
        externalId?: string;
        kind?: "text" | "image" | "audio" | "video";
        limit?: number;
        status?:
          | "queued"
          | "running"
          | "cancelling"
          | "succeeded"
          | "failed"
          | "cancelled"
          | "expired";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description How many outputs are asked for */
              count: number;
              /** Format: date-time */
              createdAt: string;
              /** @description Reserved while it runs, then what it cost */
              credits: number;
              error: {
                code: string;
                detail: string;
              } | null;
              /** @description The client's own name for it */
              externalId: string | null;
              finishedAt: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              inputs: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /** @enum {string} */
                role: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "text" | "image" | "audio" | "video";
              /** @description `provider/model` */
              model: string;
              outputs: (
                | {
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                  }
                | {
                    language?: string;
                    /** @description Of a transcript, with times in seconds */
                    segments?: {
                      end: number;
                      start: number;
                      text: string;
                    }[];
                    text: string;
                  }
              )[];
              /** @description What it was made again from */
              parentId: string | null;
              /** @description 0 to 1 */
              progress: number;
              prompt: string;
              /** @description What left for the provider last: names, sizes and hashes, no content */
              sent: {
                [key: string]: unknown;
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "queued"
                | "running"
                | "cancelling"
                | "succeeded"
                | "failed"
                | "cancelled"
                | "expired";
              /** @enum {string} */
              task:
                | "write"
                | "text_to_image"
                | "edit_image"
                | "speech"
                | "music"
                | "sound"
                | "transcribe"
                | "text_to_video"
                | "image_to_video"
                | "frames_to_video"
                | "references_to_video"
                | "extend_video"
                | "enhance_video";
              /** @description The generation's workflow, for operators */
              temporalUrl: string;
              /** @description When its prompt, instructions and texts were removed, since their time was over; they are empty then */
              textsRemovedAt: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createGeneration: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json":
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "text";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              prompt: string;
              /** @default {} */
              settings?: {
                maxOutputTokens?: number;
                seed?: number;
                temperature?: number;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?: "write";
            }
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "image";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              prompt: string;
              /** @default {} */
              settings?: {
                aspectRatio?: string;
                seed?: number;
                size?: string;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?: "text_to_image" | "edit_image";
            }
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "audio";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              /**
               * @description What is said, or heard; a transcription needs none
               * @default
               */
              prompt?: string;
              /** @default {} */
              settings?: {
                format?: string;
                instructions?: string;
                language?: string;
                seconds?: number;
                seed?: number;
                speed?: number;
                voice?: string;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?: "speech" | "music" | "sound" | "transcribe";
            }
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "video";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              /**
               * @description What is seen; an enhancement needs none
               * @default
               */
              prompt?: string;
              /** @default {} */
              settings?: {
                aspectRatio?: string;
                /**
                 * Format: uuid
                 * @description For `captions`: the transcription whose words are burnt in; else the newest of the same video
                 */
                captionsFrom?: string;
                /** @description What to better; else noise, colours and loudness */
                enhancements?: (
                  | "upscale"
                  | "denoise"
                  | "stabilise"
                  | "colour"
                  | "loudness"
                  | "captions"
                )[];
                resolution?: string;
                seconds?: number;
                seed?: number;
                size?: string;
                sound?: boolean;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?:
                | "text_to_video"
                | "image_to_video"
                | "frames_to_video"
                | "references_to_video"
                | "extend_video"
                | "enhance_video";
            };
      };
    };
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "queued"
              | "running"
              | "cancelling"
              | "succeeded"
              | "failed"
              | "cancelled"
              | "expired";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getGeneration: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description What the provider was asked, a call for each output */
            calls: {
              /** @description An answer was lost with the process that waited for it */
              answerLost: boolean;
              /** @description How often the provider was asked */
              asks: number;
              error: {
                code: string;
                detail: string;
              } | null;
              /** @description Of the output, from 0 */
              index: number;
              /** @description 0 to 1, where the provider says */
              progress: number | null;
              queuePosition: number | null;
              sent: {
                [key: string]: unknown;
              } | null;
              /** @enum {string} */
              status: "open" | "asked" | "started" | "answered" | "failed";
            }[];
            /** @description How many outputs are asked for */
            count: number;
            /** Format: date-time */
            createdAt: string;
            /** @description Reserved while it runs, then what it cost */
            credits: number;
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            finishedAt: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            inputs: {
              /**
               * Format: uuid
               * @description UUID
               */
              assetId: string;
              /** @enum {string} */
              role: "source" | "reference" | "mask" | "first_frame" | "last_frame";
            }[];
            /** @enum {string} */
            kind: "text" | "image" | "audio" | "video";
            /** @description `provider/model` */
            model: string;
            outputs: (
              | {
                  /**
                   * Format: uuid
                   * @description UUID
                   */
                  assetId: string;
                }
              | {
                  language?: string;
                  /** @description Of a transcript, with times in seconds */
                  segments?: {
                    end: number;
                    start: number;
                    text: string;
                  }[];
                  text: string;
                }
            )[];
            /** @description What it was made again from */
            parentId: string | null;
            /** @description 0 to 1 */
            progress: number;
            prompt: string;
            /** @description What left for the provider last: names, sizes and hashes, no content */
            sent: {
              [key: string]: unknown;
            } | null;
            settings: {
              [key: string]: unknown;
            };
            /** @enum {string} */
            status:
              | "queued"
              | "running"
              | "cancelling"
              | "succeeded"
              | "failed"
              | "cancelled"
              | "expired";
            /** @enum {string} */
            task:
              | "write"
              | "text_to_image"
              | "edit_image"
              | "speech"
              | "music"
              | "sound"
              | "transcribe"
              | "text_to_video"
              | "image_to_video"
              | "frames_to_video"
              | "references_to_video"
              | "extend_video"
              | "enhance_video";
            /** @description The generation's workflow, for operators */
            temporalUrl: string;
            /** @description When its prompt, instructions and texts were removed, since their time was over; they are empty then */
            textsRemovedAt: string | null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  againGeneration: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          count?: number;
          /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
          externalId?: string;
          /** @description `provider/model` or a model's name; else the default */
          model?: string;
          prompt?: string;
          /** @description Instead of those it was made with; a seed that is not given is drawn anew */
          settings?: {
            aspectRatio?: string;
            /**
             * Format: uuid
             * @description For `captions`: the transcription whose words are burnt in; else the newest of the same video
             */
            captionsFrom?: string;
            /** @description What to better; else noise, colours and loudness */
            enhancements?: (
              | "upscale"
              | "denoise"
              | "stabilise"
              | "colour"
              | "loudness"
              | "captions"
            )[];
            format?: string;
            instructions?: string;
            language?: string;
            maxOutputTokens?: number;
            resolution?: string;
            seconds?: number;
            seed?: number;
            size?: string;
            sound?: boolean;
            speed?: number;
            temperature?: number;
            voice?: string;
          };
        };
      };
    };
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "queued"
              | "running"
              | "cancelling"
              | "succeeded"
              | "failed"
              | "cancelled"
              | "expired";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  cancelGeneration: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "queued"
              | "running"
              | "cancelling"
              | "succeeded"
              | "failed"
              | "cancelled"
              | "expired";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getGenerationEvents: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Each has `id`, `event` (as generation.running), JSON data */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": string;
        };
      };
      /** @description It has ended, and nothing follows Last-Event-ID */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  estimateGeneration: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json":
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "text";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              prompt: string;
              /** @default {} */
              settings?: {
                maxOutputTokens?: number;
                seed?: number;
                temperature?: number;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?: "write";
            }
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "image";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              prompt: string;
              /** @default {} */
              settings?: {
                aspectRatio?: string;
                seed?: number;
                size?: string;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?: "text_to_image" | "edit_image";
            }
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "audio";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              /**
               * @description What is said, or heard; a transcription needs none
               * @default
               */
              prompt?: string;
              /** @default {} */
              settings?: {
                format?: string;
                instructions?: string;
                language?: string;
                seconds?: number;
                seed?: number;
                speed?: number;
                voice?: string;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?: "speech" | "music" | "sound" | "transcribe";
            }
          | {
              /**
               * @description How many variants to make; each costs the same
               * @default 1
               */
              count?: number;
              /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
              externalId?: string;
              /**
               * @description Assets to work from, as far as the model takes any: see GET /v1/models
               * @default []
               */
              inputs?: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                assetId: string;
                /**
                 * @description What it is for; else what an asset of its kind is usually for
                 * @enum {string}
                 */
                role?: "source" | "reference" | "mask" | "first_frame" | "last_frame";
              }[];
              /** @enum {string} */
              kind: "video";
              /** @description `provider/model` or a model's name; else the default */
              model?: string;
              /**
               * @description What is seen; an enhancement needs none
               * @default
               */
              prompt?: string;
              /** @default {} */
              settings?: {
                aspectRatio?: string;
                /**
                 * Format: uuid
                 * @description For `captions`: the transcription whose words are burnt in; else the newest of the same video
                 */
                captionsFrom?: string;
                /** @description What to better; else noise, colours and loudness */
                enhancements?: (
                  | "upscale"
                  | "denoise"
                  | "stabilise"
                  | "colour"
                  | "loudness"
                  | "captions"
                )[];
                resolution?: string;
                seconds?: number;
                seed?: number;
                size?: string;
                sound?: boolean;
              };
              /**
               * @description What to do; else what the inputs suggest
               * @enum {string}
               */
              task?:
                | "text_to_video"
                | "image_to_video"
                | "frames_to_video"
                | "references_to_video"
                | "extend_video"
                | "enhance_video";
            };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description Of all together: what would be reserved */
            credits: number;
            /** @description Of each output */
            creditsEach: number;
            creditsLeft: number;
            /** @description Credits are left, and no limit of the day would be passed */
            enough: boolean;
            /** @description Why there are not enough: what is left, or whose limit of the day */
            limit: ("balance" | "workspace" | "member" | "agent") | null;
            /** @description `provider/model` */
            model: string;
            /** @enum {string} */
            task:
              | "write"
              | "text_to_image"
              | "edit_image"
              | "speech"
              | "music"
              | "sound"
              | "transcribe"
              | "text_to_video"
              | "image_to_video"
              | "frames_to_video"
              | "references_to_video"
              | "extend_video"
              | "enhance_video";
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  listInvitations: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** Format: date-time */
              createdAt: string;
              email: string;
              /** Format: date-time */
              expiresAt: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              invitedBy: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                id: string;
                name: string;
              } | null;
              /** @enum {string} */
              role: "owner" | "admin" | "editor" | "approver" | "viewer";
              /** @enum {string} */
              status: "pending" | "expired";
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createInvitation: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Format: email */
          email: string;
          /** @enum {string} */
          role: "owner" | "admin" | "editor" | "approver" | "viewer";
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** Format: date-time */
            createdAt: string;
            email: string;
            /** Format: date-time */
            expiresAt: string;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            invitedBy: {
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            } | null;
            /**
             * Format: uri
             * @description Absent when the request is repeated
             */
            link?: string;
            /** @enum {string} */
            role: "owner" | "admin" | "editor" | "approver" | "viewer";
            /** @enum {string} */
            status: "pending" | "expired";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  deleteInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  acceptInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description What the invitation's link ends with; the whole link is as good */
          token: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            role: "owner" | "admin" | "editor" | "approver" | "viewer";
            user: {
              email: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
            workspace: {
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  previewInvitation: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description What the invitation's link ends with; the whole link is as good */
          token: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            email: string;
            /** Format: date-time */
            expiresAt: string;
            /** @enum {string} */
            role: "owner" | "admin" | "editor" | "approver" | "viewer";
            workspace: {
              name: string;
            };
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  getMe: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            operator: boolean;
            role: string | null;
            scopes: string[];
            /** @description Null when an API key asks */
            user: {
              email: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            } | null;
            workspace: {
              credits: number;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  listMembers: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description Credits that may be reserved in a day of UTC; null for no limit */
              dailyCreditLimit: number | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** Format: date-time */
              joinedAt: string;
              /** @enum {string} */
              role: "owner" | "admin" | "editor" | "approver" | "viewer";
              user: {
                email: string;
                /**
                 * Format: uuid
                 * @description UUID
                 */
                id: string;
                name: string;
              };
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  deleteMember: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  updateMember: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Credits that may be reserved in a day of UTC; null for no limit */
          dailyCreditLimit?: number | null;
          /** @enum {string} */
          role?: "owner" | "admin" | "editor" | "approver" | "viewer";
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description Credits that may be reserved in a day of UTC; null for no limit */
            dailyCreditLimit: number | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** Format: date-time */
            joinedAt: string;
            /** @enum {string} */
            role: "owner" | "admin" | "editor" | "approver" | "viewer";
            user: {
              email: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
            };
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listModels: {
    parameters: {
      query?: {
        kind?: "text" | "image" | "audio" | "video";
        provider?: string;
        task?:
          | "write"
          | "text_to_image"
          | "edit_image"
          | "speech"
          | "music"
          | "sound"
          | "transcribe"
          | "text_to_video"
          | "image_to_video"
          | "frames_to_video"
          | "references_to_video"
          | "extend_video"
          | "enhance_video";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description The workspace lets its provider be asked */
              allowed: boolean;
              /** @description Of one `per` */
              credits: number;
              /** @description What its provider takes it for, where no model is named */
              defaultFor: (
                | "write"
                | "text_to_image"
                | "edit_image"
                | "speech"
                | "music"
                | "sound"
                | "transcribe"
                | "text_to_video"
                | "image_to_video"
                | "frames_to_video"
                | "references_to_video"
                | "extend_video"
                | "enhance_video"
              )[];
              /** @description What assets it takes, by role: how many, which types, how large */
              inputs: {
                [key: string]: unknown;
              };
              /** @description What it is taken for here, where no model is named */
              isDefaultFor: (
                | "write"
                | "text_to_image"
                | "edit_image"
                | "speech"
                | "music"
                | "sound"
                | "transcribe"
                | "text_to_video"
                | "image_to_video"
                | "frames_to_video"
                | "references_to_video"
                | "extend_video"
                | "enhance_video"
              )[];
              /** @description What its provider keeps of a request */
              keeps: string;
              /** @enum {string} */
              kind: "text" | "image" | "audio" | "video";
              maxPromptLength: number | null;
              /** @description `provider/model`, as requests name it */
              model: string;
              /** @enum {string} */
              per: "output" | "second" | "minute" | "1000_characters";
              provider: string;
              /** @description Why it can't be used now */
              reason: string | null;
              /** @description It only stands for a model; real platforms refuse what it makes */
              sandbox: boolean;
              /** @description What may be set, and to what */
              settings: {
                [key: string]: unknown;
              };
              tasks: (
                | "write"
                | "text_to_image"
                | "edit_image"
                | "speech"
                | "music"
                | "sound"
                | "transcribe"
                | "text_to_video"
                | "image_to_video"
                | "frames_to_video"
                | "references_to_video"
                | "extend_video"
                | "enhance_video"
              )[];
              title: string;
              /** @description It is allowed, and there is a key for it */
              usable: boolean;
            }[];
            nextCursor: null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  listNeedsYou: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              actions: (
                | "resolve"
                | "retry"
                | "approve"
                | "reject"
                | "reconnect"
                | "cancel"
                | "look"
              )[];
              channelName: string | null;
              connectionId: string | null;
              detail: string;
              /** @description The first words of the post */
              excerpt: string | null;
              /** @enum {string} */
              kind: "unconfirmed" | "overdue" | "blocked" | "connection" | "approval" | "failed";
              /** @description Where the console shows it */
              link: string;
              postId: string | null;
              /** Format: date-time */
              since: string;
              targetId: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  getNotificationSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            chat: {
              configured: boolean;
              host: string | null;
              /** @description Why the last message could not be sent; null once one was */
              lastError: {
                /** Format: date-time */
                at: string;
                detail: string;
              } | null;
            };
            choices: {
              agent_halted: ("console" | "email" | "chat")[];
              blocked: ("console" | "email" | "chat")[];
              connection: ("console" | "email" | "chat")[];
              failed: ("console" | "email" | "chat")[];
              limit_near: ("console" | "email" | "chat")[];
              needs_approval: ("console" | "email" | "chat")[];
              overdue: ("console" | "email" | "chat")[];
              unconfirmed: ("console" | "email" | "chat")[];
            };
            email: {
              address: string;
              /** @description Whether this installation has a mail server */
              available: boolean;
              /** @description Why the last message could not be sent; null once one was */
              lastError: {
                /** Format: date-time */
                at: string;
                detail: string;
              } | null;
            };
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  replaceNotificationSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description A chat's incoming webhook that takes {text}, as Slack's do; null forgets it. It is stored sealed and shown to nobody */
          chatUrl?: string | null;
          /** @description By kind; what is left out stays as it is */
          choices?: {
            agent_halted?: ("console" | "email" | "chat")[];
            blocked?: ("console" | "email" | "chat")[];
            connection?: ("console" | "email" | "chat")[];
            failed?: ("console" | "email" | "chat")[];
            limit_near?: ("console" | "email" | "chat")[];
            needs_approval?: ("console" | "email" | "chat")[];
            overdue?: ("console" | "email" | "chat")[];
            unconfirmed?: ("console" | "email" | "chat")[];
          };
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            chat: {
              configured: boolean;
              host: string | null;
              /** @description Why the last message could not be sent; null once one was */
              lastError: {
                /** Format: date-time */
                at: string;
                detail: string;
              } | null;
            };
            choices: {
              agent_halted: ("console" | "email" | "chat")[];
              blocked: ("console" | "email" | "chat")[];
              connection: ("console" | "email" | "chat")[];
              failed: ("console" | "email" | "chat")[];
              limit_near: ("console" | "email" | "chat")[];
              needs_approval: ("console" | "email" | "chat")[];
              overdue: ("console" | "email" | "chat")[];
              unconfirmed: ("console" | "email" | "chat")[];
            };
            email: {
              address: string;
              /** @description Whether this installation has a mail server */
              available: boolean;
              /** @description Why the last message could not be sent; null once one was */
              lastError: {
                /** Format: date-time */
                at: string;
                detail: string;
              } | null;
            };
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  testNotificationSetting: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          way: "email" | "chat";
        };
      };
    };
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listNotifications: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
        /** @description Only what was seen, or was not; both when absent */
        seen?: "true" | "false";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description How the post begins, where it is about one */
              about: string | null;
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @enum {string} */
              kind:
                | "needs_approval"
                | "failed"
                | "unconfirmed"
                | "blocked"
                | "overdue"
                | "connection"
                | "agent_halted"
                | "limit_near"
                | "test";
              /** @description Whether it still is so; false once somebody decided, or it ended by itself */
              needed: boolean;
              seenAt: string | null;
              subject: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                id: string;
                kind: string;
                name: string | null;
              };
              title: string;
              /** @description The console's page on which it is decided */
              url: string;
            }[];
            nextCursor: string | null;
            unseen: number;
            /** @description How many of these still need somebody; of more than 100, the newest count */
            unseenNeeded: number;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  seenNotification: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description All that were not seen when absent */
          ids?: string[];
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            unseen: number;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getOauthCallback: {
    parameters: {
      query?: {
        code?: string;
        error?: string;
        error_description?: string;
        state?: string;
      };
      header?: never;
      path: {
        platform: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Connected, or to be confirmed by the key that began it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/html": string;
        };
      };
      /**
       * @description A page that says why nothing came of it
       *
       *     `malformed_request`: The request can't be read.
       */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
          "text/html": string;
        };
      };
    };
  };
  decodeOperatorCodec: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          payloads: {
            /** @default  */
            data?: string;
            /** @default {} */
            metadata?: {
              [key: string]: string;
            };
          }[];
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            payloads: {
              /** @default  */
              data: string;
              /** @default {} */
              metadata: {
                [key: string]: string;
              };
            }[];
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  grantsOperator: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Below zero they are taken; a balance never goes below zero */
          credits: number;
          /** @description Members of the workspace can read it */
          reason: string;
          /** @description A name of your own: repeated for the same workspace, it grants once */
          reference: string;
          /**
           * Format: uuid
           * @description UUID
           */
          workspaceId: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description What the workspace has left now */
            balance: number;
            /** Format: date-time */
            createdAt: string;
            credits: number;
            /**
             * Format: uuid
             * @description Of the line in the ledger
             */
            id: string;
            reason: string | null;
            reference: string | null;
            /** @description It was granted before by this reference; nothing was done now */
            repeated: boolean;
            /**
             * Format: uuid
             * @description UUID
             */
            workspaceId: string;
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  webhookPayment: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {boolean} */
            received: true;
          };
        };
      };
      default: components["responses"]["Problem400_6"];
    };
  };
  listPlatforms: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              auth: {
                [key: string]: unknown;
              };
              limits: {
                [key: string]: unknown;
              };
              metrics: string[];
              name: string;
              real: boolean;
              /** @description JSON Schema of a target's settings */
              settings: {
                [key: string]: unknown;
              };
              title: string;
            }[];
            nextCursor: null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  listPosts: {
    parameters: {
      query?: {
        /** @description UUID */
        agentId?: string;
        campaign?: string;
        /** @description UUID */
        channelId?: string;
        /** @description `nextCursor` of the page before */
        cursor?: string;
        /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
        externalId?: string;
        /** @description Due then or later */
        from?: string;
        /** @description Without regard to case */
        label?: string;
        limit?: number;
        /** @description UUID */
        seriesId?: string;
        /** @description May be given several times */
        status?:
          | (
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired"
            )
          | (
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired"
            )[];
        /** @description Due before */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              agentId: string | null;
              /** @enum {string} */
              approval: "none" | "required";
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @description What it belongs to */
              campaign: string | null;
              cancelledAt: string | null;
              content: {
                /** @default  */
                text: string;
                title?: string;
              };
              /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
              contentHash: string | null;
              /** Format: date-time */
              createdAt: string;
              /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
              createdBy: string;
              /** @description The latest approval, where one is asked for */
              decision: {
                decidedAt: string | null;
                /** Format: date-time */
                expiresAt: string;
                reason: string | null;
                status: string;
              } | null;
              error: {
                code: string;
                detail: string;
              } | null;
              /** @description The client's own name for it */
              externalId: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              labels: string[];
              /** @description Which occurrence of its series it is; null where the series took it back */
              occurrenceAt: string | null;
              /** @description Its text comes from the offline sandbox models */
              offlineOutput: boolean;
              /** @description Since when it is long past its time and not done */
              overdueAt: string | null;
              parts: {
                /** @default [] */
                assets: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                /** @enum {string} */
                kind: "thread" | "comment";
                /** @default  */
                text: string;
              }[];
              publishedAt: string | null;
              runId: string | null;
              schedule: {
                /**
                 * Format: date-time
                 * @description The instant at which it is due
                 */
                at: string;
                /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
                expiresAt: string | null;
                localAt: string | null;
                /** @enum {string} */
                mode: "now" | "at" | "queue";
                timeZone: string | null;
              };
              /** @description The series that made it */
              seriesId: string | null;
              /** @enum {string} */
              status:
                | "preparing"
                | "awaiting_approval"
                | "scheduled"
                | "publishing"
                | "blocked"
                | "unconfirmed"
                | "partially_published"
                | "failed"
                | "published"
                | "rejected"
                | "cancelled"
                | "expired";
              targets: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                channelId: string;
                channelName: string;
                /** @description Whether the channel's defaults are added here */
                defaults: boolean;
                error: {
                  code: string;
                  detail: string;
                  platformMessage?: string;
                } | null;
                /**
                 * Format: uuid
                 * @description UUID
                 */
                id: string;
                /** @description What goes out here, in order; null until it is made */
                media:
                  | {
                      altText: string | null;
                      /**
                       * Format: uuid
                       * @description UUID
                       */
                      assetId: string;
                      /** @description The very file that goes out */
                      contentUrl: string;
                      /**
                       * Format: uuid
                       * @description UUID
                       */
                      renditionId: string;
                    }[]
                  | null;
                overrides: {
                  assets?: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  parts?: {
                    /** @default [] */
                    assets: {
                      altText?: string;
                      /** Format: uuid */
                      id: string;
                    }[];
                    /** @enum {string} */
                    kind: "thread" | "comment";
                    /** @default  */
                    text: string;
                  }[];
                  text?: string;
                  title?: string;
                };
                /** @description What was begun of it here, in order; empty before */
                parts: {
                  /** @description 0 is the post itself */
                  part: number;
                  remoteUrl: string | null;
                  /**
                   * @description `unknown`: nobody knows whether it is out, also once it was given up
                   * @enum {string}
                   */
                  status: "claimed" | "sending" | "unknown" | "rejected" | "published";
                }[];
                platform: string;
                publishedAt: string | null;
                remoteId: string | null;
                remoteUrl: string | null;
                /** @description What became of taking it down, or that the platform does not show it any more */
                removal: {
                  /** Format: date-time */
                  at: string;
                  detail: string;
                  /** @enum {string} */
                  status:
                    | "requested"
                    | "removed"
                    | "not_supported"
                    | "failed"
                    | "removed_on_platform";
                } | null;
                settings: {
                  [key: string]: unknown;
                };
                /** @enum {string} */
                status:
                  | "pending"
                  | "preparing"
                  | "publishing"
                  | "unconfirmed"
                  | "blocked"
                  | "failed"
                  | "published"
                  | "cancelled"
                  | "expired";
                /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
                texts: string[] | null;
                /** @description Why it has not ended yet; null where it has */
                waitingFor: {
                  detail: string;
                  /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                  progress?: number;
                  /** @enum {string} */
                  reason:
                    | "due_time"
                    | "approval"
                    | "rendition"
                    | "rate_limit"
                    | "connection"
                    | "worker"
                    | "platform"
                    | "reading"
                    | "halted"
                    | "decision";
                  /** Format: date-time */
                  since: string;
                  until: string | null;
                } | null;
              }[];
              /** @description The post's workflow, for operators */
              temporalUrl: string;
              version: number;
              /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
              writtenBy: string[];
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createPost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @default required
           * @enum {string}
           */
          approval?: "none" | "required";
          /** @default [] */
          assets?: {
            altText?: string;
            /** Format: uuid */
            id: string;
          }[];
          /** @description What it belongs to; lists and usage can be narrowed by it */
          campaign?: string;
          content: {
            /** @default  */
            text?: string;
            title?: string;
          };
          /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
          externalId?: string;
          /**
           * @description At most 20, of which no two differ by case alone
           * @default []
           */
          labels?: string[];
          /**
           * @description What follows, in order: further parts of a thread, and comments
           * @default []
           */
          parts?: {
            /** @default [] */
            assets?: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @enum {string} */
            kind: "thread" | "comment";
            /** @default  */
            text?: string;
          }[];
          /**
           * @default {
           *       "mode": "now"
           *     }
           */
          schedule?: {
            /** @description With an offset or Z an instant; else wall time in `timeZone` */
            at?: string;
            /** @enum {string} */
            mode: "now" | "at" | "queue";
            /**
             * @description With mode queue: the next free slot of its channels' queues, which is the default, or the first one after all that is queued
             * @enum {string}
             */
            position?: "next" | "last";
            timeZone?: string;
          };
          targets: {
            /**
             * Format: uuid
             * @description UUID
             */
            channelId: string;
            /** @description Whether the channel's defaults are added; they are unless this is false */
            defaults?: boolean;
            overrides?: {
              assets?: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              parts?: {
                /** @default [] */
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                /** @enum {string} */
                kind: "thread" | "comment";
                /** @default  */
                text?: string;
              }[];
              text?: string;
              title?: string;
            };
            settings?: {
              [key: string]: unknown;
            };
          }[];
        };
      };
    };
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            /** @description What speaks against it, and forbids nothing: the same text on the channel within 30 days, another post there within an hour, of each the nearest; a video that is longer than the channel takes */
            warnings: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @enum {string} */
              code: "same_text" | "close_in_time" | "media_shortened";
              detail: string;
              /** @description The other post, where there is one */
              postId: string | null;
            }[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getPost: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  updatePost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          assets?: {
            altText?: string;
            /** Format: uuid */
            id: string;
          }[];
          campaign?: string | null;
          content?: {
            /** @default  */
            text?: string;
            title?: string;
          };
          /** @description At most 20, of which no two differ by case alone */
          labels?: string[];
          /** @description What follows, in order: further parts of a thread, and comments */
          parts?: {
            /** @default [] */
            assets?: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @enum {string} */
            kind: "thread" | "comment";
            /** @default  */
            text?: string;
          }[];
          schedule?: {
            /** @description With an offset or Z an instant; else wall time in `timeZone` */
            at?: string;
            /** @enum {string} */
            mode: "now" | "at" | "queue";
            /**
             * @description With mode queue: the next free slot of its channels' queues, which is the default, or the first one after all that is queued
             * @enum {string}
             */
            position?: "next" | "last";
            timeZone?: string;
          };
          targets?: {
            /**
             * Format: uuid
             * @description UUID
             */
            channelId: string;
            /** @description Whether the channel's defaults are added; they are unless this is false */
            defaults?: boolean;
            overrides?: {
              assets?: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              parts?: {
                /** @default [] */
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                /** @enum {string} */
                kind: "thread" | "comment";
                /** @default  */
                text?: string;
              }[];
              text?: string;
              title?: string;
            };
            settings?: {
              [key: string]: unknown;
            };
          }[];
          /** @description The version that you saw: where the post has another one by now, nothing is changed (409 `version_conflict`) */
          version?: number;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description What speaks against it, and forbids nothing: the same text on the channel within 30 days, another post there within an hour, of each the nearest; a video that is longer than the channel takes */
            warnings?: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @enum {string} */
              code: "same_text" | "close_in_time" | "media_shortened";
              detail: string;
              /** @description The other post, where there is one */
              postId: string | null;
            }[];
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  approvePost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description You were told that it holds output of the offline models, and want it on a real platform
           * @default false
           */
          acceptSandboxOutput?: boolean;
          contentHash: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  cancelPost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getPostHistory: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description What people and programs did with it */
            actions: {
              /** @description As in the audit log: `post.approved`, `post.cancelled` … */
              action: string;
              /** Format: date-time */
              at: string;
              by: {
                /** @description `user:<id>`, `key:<its 12 characters>` … */
                id: string;
                /** @description Where it is still known */
                name: string | null;
              };
            }[];
            attempts: {
              /** @description What you can do about it */
              advice: string | null;
              /** @description Which try at this very step of this part it is, from 1 */
              attempt: number;
              calls: {
                durationMs: number;
                failure: string | null;
                method: string;
                requestBytes: number | null;
                responseBytes: number | null;
                retryAfter: string | null;
                /** @description Null when no answer came */
                status: number | null;
                /** @description Host and path; a query may hold secrets and is not kept */
                url: string;
              }[];
              channelName: string;
              code: string | null;
              /** @description Who decided, where a person did */
              decidedBy: string | null;
              /** @description Their name, where it is still known */
              decidedByName: string | null;
              detail: string | null;
              durationMs: number | null;
              /** @description Null while it goes on, or when its process died in it */
              finishedAt: string | null;
              httpStatus: number | null;
              /** @description Counts every step at this part, whatever its kind */
              number: number;
              outcome: string | null;
              part: number;
              /** @description The platform's own words */
              platformMessage: string | null;
              /** Format: date-time */
              startedAt: string;
              /** @enum {string} */
              step: "create" | "poll" | "publish" | "confirm" | "reconcile" | "resolve" | "remove";
              /**
               * Format: uuid
               * @description UUID
               */
              targetId: string;
            }[];
            events: {
              /** Format: date-time */
              at: string;
              data: {
                [key: string]: unknown;
              };
              type: string;
            }[];
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  listPostMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /**
               * Format: date-time
               * @description When it was read at the platform
               */
              at: string;
              /** @description What the platform reported; what it did not report is absent */
              metrics: {
                [key: string]: number;
              };
              /** @description Which of the planned snapshots it is, for example `1h` after publishing */
              slot: string;
              /**
               * Format: uuid
               * @description UUID
               */
              targetId: string;
            }[];
            nextCursor: null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  publishNowPost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  rejectPost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  resolvePost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          outcome: "is_there" | "send_again" | "give_up";
          /**
           * Format: uuid
           * @description UUID
           */
          targetId: string;
          /** Format: uri */
          url?: string;
        };
      };
    };
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  retryPost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description All that it can be done for, when absent */
          targetIds?: string[];
        };
      };
    };
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  takeDownPost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description All that it can be done for, when absent */
          targetIds?: string[];
        };
      };
    };
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            agentId: string | null;
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to */
            campaign: string | null;
            cancelledAt: string | null;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** @description SHA-256 of exactly what goes out; null until the media is made. What one approves. */
            contentHash: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description `user:<id>`, `key:<id>` or, of an agent's run, `agent:<id>` */
            createdBy: string;
            /** @description The latest approval, where one is asked for */
            decision: {
              decidedAt: string | null;
              /** Format: date-time */
              expiresAt: string;
              reason: string | null;
              status: string;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            /** @description The client's own name for it */
            externalId: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels: string[];
            /** @description Which occurrence of its series it is; null where the series took it back */
            occurrenceAt: string | null;
            /** @description Its text comes from the offline sandbox models */
            offlineOutput: boolean;
            /** @description Since when it is long past its time and not done */
            overdueAt: string | null;
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            publishedAt: string | null;
            runId: string | null;
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              /** @description It goes out until then, or expires; null when nothing of it is left to go out, and while it waits for the approval after which it goes out at once */
              expiresAt: string | null;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            /** @description The series that made it */
            seriesId: string | null;
            /** @enum {string} */
            status:
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired";
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description Whether the channel's defaults are added here */
              defaults: boolean;
              error: {
                code: string;
                detail: string;
                platformMessage?: string;
              } | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description What goes out here, in order; null until it is made */
              media:
                | {
                    altText: string | null;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    assetId: string;
                    /** @description The very file that goes out */
                    contentUrl: string;
                    /**
                     * Format: uuid
                     * @description UUID
                     */
                    renditionId: string;
                  }[]
                | null;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              /** @description What was begun of it here, in order; empty before */
              parts: {
                /** @description 0 is the post itself */
                part: number;
                remoteUrl: string | null;
                /**
                 * @description `unknown`: nobody knows whether it is out, also once it was given up
                 * @enum {string}
                 */
                status: "claimed" | "sending" | "unknown" | "rejected" | "published";
              }[];
              platform: string;
              publishedAt: string | null;
              remoteId: string | null;
              remoteUrl: string | null;
              /** @description What became of taking it down, or that the platform does not show it any more */
              removal: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                status:
                  | "requested"
                  | "removed"
                  | "not_supported"
                  | "failed"
                  | "removed_on_platform";
              } | null;
              settings: {
                [key: string]: unknown;
              };
              /** @enum {string} */
              status:
                | "pending"
                | "preparing"
                | "publishing"
                | "unconfirmed"
                | "blocked"
                | "failed"
                | "published"
                | "cancelled"
                | "expired";
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
              /** @description Why it has not ended yet; null where it has */
              waitingFor: {
                detail: string;
                /** @description How far its media is made, 0 to 1, while that takes long enough to tell */
                progress?: number;
                /** @enum {string} */
                reason:
                  | "due_time"
                  | "approval"
                  | "rendition"
                  | "rate_limit"
                  | "connection"
                  | "worker"
                  | "platform"
                  | "reading"
                  | "halted"
                  | "decision";
                /** Format: date-time */
                since: string;
                until: string | null;
              } | null;
            }[];
            /** @description The post's workflow, for operators */
            temporalUrl: string;
            version: number;
            /** @description People whose words it holds, by user id; where the workspace says so, they can't approve it */
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  bulkPost: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Check only
           * @default false
           */
          dryRun?: boolean;
          /**
           * @description Whether one refused row keeps all from being made, or the valid ones are
           * @default all
           * @enum {string}
           */
          mode?: "all" | "valid";
          /** @description Each as in POST /v1/posts */
          posts: {
            /**
             * @default required
             * @enum {string}
             */
            approval?: "none" | "required";
            /** @default [] */
            assets?: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @description What it belongs to; lists and usage can be narrowed by it */
            campaign?: string;
            content: {
              /** @default  */
              text?: string;
              title?: string;
            };
            /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
            externalId?: string;
            /**
             * @description At most 20, of which no two differ by case alone
             * @default []
             */
            labels?: string[];
            /**
             * @description What follows, in order: further parts of a thread, and comments
             * @default []
             */
            parts?: {
              /** @default [] */
              assets?: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text?: string;
            }[];
            /**
             * @default {
             *       "mode": "now"
             *     }
             */
            schedule?: {
              /** @description With an offset or Z an instant; else wall time in `timeZone` */
              at?: string;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              /**
               * @description With mode queue: the next free slot of its channels' queues, which is the default, or the first one after all that is queued
               * @enum {string}
               */
              position?: "next" | "last";
              timeZone?: string;
            };
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @description Whether the channel's defaults are added; they are unless this is false */
              defaults?: boolean;
              overrides?: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets?: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text?: string;
                }[];
                text?: string;
                title?: string;
              };
              settings?: {
                [key: string]: unknown;
              };
            }[];
          }[];
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            created: {
              externalId: string | null;
              /** @description Null in a dry run */
              id: string | null;
              /** @description Counted from 1 */
              row: number;
              /** @enum {string} */
              status:
                | "preparing"
                | "awaiting_approval"
                | "scheduled"
                | "publishing"
                | "blocked"
                | "unconfirmed"
                | "partially_published"
                | "failed"
                | "published"
                | "rejected"
                | "cancelled"
                | "expired";
            }[];
            /** @description Nothing was made: it says what would be */
            dryRun: boolean;
            refused: {
              problem: {
                /** @enum {string} */
                code:
                  | "client_gone"
                  | "invalid_idempotency_key"
                  | "malformed_json"
                  | "malformed_multipart"
                  | "signature_not_valid"
                  | "malformed_request"
                  | "invalid_key"
                  | "key_expired"
                  | "key_revoked"
                  | "unauthenticated"
                  | "wrong_credentials"
                  | "credit_limit"
                  | "credits_exhausted"
                  | "foreign_origin"
                  | "link_expired"
                  | "link_not_valid"
                  | "missing_scope"
                  | "no_workspace"
                  | "operator_needed"
                  | "other_account"
                  | "owner_needed"
                  | "own_post"
                  | "person_needed"
                  | "registration_closed"
                  | "session_needed"
                  | "step_up_needed"
                  | "wrong_key"
                  | "wrong_password"
                  | "invitation_not_valid"
                  | "not_found"
                  | "method_not_allowed"
                  | "body_too_slow"
                  | "request_too_slow"
                  | "agent_halted"
                  | "already_ended"
                  | "already_member"
                  | "balance_too_large"
                  | "asset_in_use"
                  | "content_changed"
                  | "email_taken"
                  | "external_id_taken"
                  | "illegal_transition"
                  | "invitation_accepted"
                  | "last_owner"
                  | "needs_reauthorization"
                  | "not_approved"
                  | "not_authorized_yet"
                  | "not_awaiting_approval"
                  | "not_refreshable"
                  | "reference_taken"
                  | "request_in_progress"
                  | "too_many_series"
                  | "too_many_webhooks"
                  | "version_conflict"
                  | "webhook_disabled"
                  | "not_unconfirmed"
                  | "nothing_failed"
                  | "nothing_out"
                  | "storage_quota"
                  | "too_many_uploads"
                  | "upload_ended"
                  | "wrong_offset"
                  | "too_late"
                  | "upload_expired"
                  | "file_expired"
                  | "generation_expired"
                  | "authorization_expired"
                  | "too_large"
                  | "unsupported_media_type"
                  | "address_refused"
                  | "approval_required"
                  | "checksum_mismatch"
                  | "content_refused"
                  | "corrupt"
                  | "credentials_refused"
                  | "empty"
                  | "file_missing"
                  | "idempotency_key_reused"
                  | "in_the_past"
                  | "invalid_csv"
                  | "invalid_cursor"
                  | "invalid_request"
                  | "invalid_rule"
                  | "invalid_url"
                  | "invalid_time"
                  | "media_unreadable"
                  | "no_free_slot"
                  | "no_queue"
                  | "not_decodable"
                  | "payment_not_configured"
                  | "provider_not_configured"
                  | "provider_forbidden"
                  | "provider_key_refused"
                  | "rows_refused"
                  | "source_refused"
                  | "sandbox_output"
                  | "time_zone_missing"
                  | "timeout"
                  | "too_long"
                  | "too_many_files"
                  | "too_many_pixels"
                  | "unknown_asset"
                  | "unknown_field"
                  | "unknown_model"
                  | "unknown_pack"
                  | "unknown_platform"
                  | "unknown_provider"
                  | "type_mismatch"
                  | "unsupported_type"
                  | "way_not_set_up"
                  | "wrong_kind"
                  | "upload_busy"
                  | "rate_limited"
                  | "too_many_streams"
                  | "too_many_tries"
                  | "headers_too_large"
                  | "internal"
                  | "console_not_built"
                  | "database_unavailable"
                  | "payment_unavailable"
                  | "platform_not_configured"
                  | "platform_unavailable"
                  | "stopping"
                  | "temporal_ui_unavailable"
                  | "storage_full";
                detail: string;
                errors: {
                  detail: string;
                  pointer: string;
                }[];
                /** @description What has the externalId already */
                existingId: string | null;
                status: number;
              };
              /** @description Counted from 1 */
              row: number;
            }[];
            /** @description `postId` is the other post, or `otherRow` is, where it is one of these */
            warnings: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @enum {string} */
              code: "same_text" | "close_in_time" | "media_shortened";
              detail: string;
              otherRow: number | null;
              postId: string | null;
              /** @description Counted from 1 */
              row: number;
            }[];
          };
        };
      };
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            created: {
              externalId: string | null;
              /** @description Null in a dry run */
              id: string | null;
              /** @description Counted from 1 */
              row: number;
              /** @enum {string} */
              status:
                | "preparing"
                | "awaiting_approval"
                | "scheduled"
                | "publishing"
                | "blocked"
                | "unconfirmed"
                | "partially_published"
                | "failed"
                | "published"
                | "rejected"
                | "cancelled"
                | "expired";
            }[];
            /** @description Nothing was made: it says what would be */
            dryRun: boolean;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            refused: {
              problem: {
                /** @enum {string} */
                code:
                  | "client_gone"
                  | "invalid_idempotency_key"
                  | "malformed_json"
                  | "malformed_multipart"
                  | "signature_not_valid"
                  | "malformed_request"
                  | "invalid_key"
                  | "key_expired"
                  | "key_revoked"
                  | "unauthenticated"
                  | "wrong_credentials"
                  | "credit_limit"
                  | "credits_exhausted"
                  | "foreign_origin"
                  | "link_expired"
                  | "link_not_valid"
                  | "missing_scope"
                  | "no_workspace"
                  | "operator_needed"
                  | "other_account"
                  | "owner_needed"
                  | "own_post"
                  | "person_needed"
                  | "registration_closed"
                  | "session_needed"
                  | "step_up_needed"
                  | "wrong_key"
                  | "wrong_password"
                  | "invitation_not_valid"
                  | "not_found"
                  | "method_not_allowed"
                  | "body_too_slow"
                  | "request_too_slow"
                  | "agent_halted"
                  | "already_ended"
                  | "already_member"
                  | "balance_too_large"
                  | "asset_in_use"
                  | "content_changed"
                  | "email_taken"
                  | "external_id_taken"
                  | "illegal_transition"
                  | "invitation_accepted"
                  | "last_owner"
                  | "needs_reauthorization"
                  | "not_approved"
                  | "not_authorized_yet"
                  | "not_awaiting_approval"
                  | "not_refreshable"
                  | "reference_taken"
                  | "request_in_progress"
                  | "too_many_series"
                  | "too_many_webhooks"
                  | "version_conflict"
                  | "webhook_disabled"
                  | "not_unconfirmed"
                  | "nothing_failed"
                  | "nothing_out"
                  | "storage_quota"
                  | "too_many_uploads"
                  | "upload_ended"
                  | "wrong_offset"
                  | "too_late"
                  | "upload_expired"
                  | "file_expired"
                  | "generation_expired"
                  | "authorization_expired"
                  | "too_large"
                  | "unsupported_media_type"
                  | "address_refused"
                  | "approval_required"
                  | "checksum_mismatch"
                  | "content_refused"
                  | "corrupt"
                  | "credentials_refused"
                  | "empty"
                  | "file_missing"
                  | "idempotency_key_reused"
                  | "in_the_past"
                  | "invalid_csv"
                  | "invalid_cursor"
                  | "invalid_request"
                  | "invalid_rule"
                  | "invalid_url"
                  | "invalid_time"
                  | "media_unreadable"
                  | "no_free_slot"
                  | "no_queue"
                  | "not_decodable"
                  | "payment_not_configured"
                  | "provider_not_configured"
                  | "provider_forbidden"
                  | "provider_key_refused"
                  | "rows_refused"
                  | "source_refused"
                  | "sandbox_output"
                  | "time_zone_missing"
                  | "timeout"
                  | "too_long"
                  | "too_many_files"
                  | "too_many_pixels"
                  | "unknown_asset"
                  | "unknown_field"
                  | "unknown_model"
                  | "unknown_pack"
                  | "unknown_platform"
                  | "unknown_provider"
                  | "type_mismatch"
                  | "unsupported_type"
                  | "way_not_set_up"
                  | "wrong_kind"
                  | "upload_busy"
                  | "rate_limited"
                  | "too_many_streams"
                  | "too_many_tries"
                  | "headers_too_large"
                  | "internal"
                  | "console_not_built"
                  | "database_unavailable"
                  | "payment_unavailable"
                  | "platform_not_configured"
                  | "platform_unavailable"
                  | "stopping"
                  | "temporal_ui_unavailable"
                  | "storage_full";
                detail: string;
                errors: {
                  detail: string;
                  pointer: string;
                }[];
                /** @description What has the externalId already */
                existingId: string | null;
                status: number;
              };
              /** @description Counted from 1 */
              row: number;
            }[];
            /** @description `postId` is the other post, or `otherRow` is, where it is one of these */
            warnings: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @enum {string} */
              code: "same_text" | "close_in_time" | "media_shortened";
              detail: string;
              otherRow: number | null;
              postId: string | null;
              /** @description Counted from 1 */
              row: number;
            }[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getPostsExport: {
    parameters: {
      query?: {
        /** @description UUID */
        agentId?: string;
        campaign?: string;
        /** @description UUID */
        channelId?: string;
        /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
        externalId?: string;
        /** @description Due then or later */
        from?: string;
        /** @description Without regard to case */
        label?: string;
        /** @description UUID */
        seriesId?: string;
        /** @description May be given several times */
        status?:
          | (
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired"
            )
          | (
              | "preparing"
              | "awaiting_approval"
              | "scheduled"
              | "publishing"
              | "blocked"
              | "unconfirmed"
              | "partially_published"
              | "failed"
              | "published"
              | "rejected"
              | "cancelled"
              | "expired"
            )[];
        /** @description Due before */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/csv": string;
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  importPost: {
    parameters: {
      query?: {
        /** @description Check only */
        dryRun?: "true" | "false";
        /** @description Whether one refused row keeps all from being made, or the valid ones are */
        mode?: "all" | "valid";
      };
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "text/csv": string;
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            created: {
              externalId: string | null;
              /** @description Null in a dry run */
              id: string | null;
              /** @description Counted from 1 */
              row: number;
              /** @enum {string} */
              status:
                | "preparing"
                | "awaiting_approval"
                | "scheduled"
                | "publishing"
                | "blocked"
                | "unconfirmed"
                | "partially_published"
                | "failed"
                | "published"
                | "rejected"
                | "cancelled"
                | "expired";
            }[];
            /** @description Nothing was made: it says what would be */
            dryRun: boolean;
            refused: {
              problem: {
                /** @enum {string} */
                code:
                  | "client_gone"
                  | "invalid_idempotency_key"
                  | "malformed_json"
                  | "malformed_multipart"
                  | "signature_not_valid"
                  | "malformed_request"
                  | "invalid_key"
                  | "key_expired"
                  | "key_revoked"
                  | "unauthenticated"
                  | "wrong_credentials"
                  | "credit_limit"
                  | "credits_exhausted"
                  | "foreign_origin"
                  | "link_expired"
                  | "link_not_valid"
                  | "missing_scope"
                  | "no_workspace"
                  | "operator_needed"
                  | "other_account"
                  | "owner_needed"
                  | "own_post"
                  | "person_needed"
                  | "registration_closed"
                  | "session_needed"
                  | "step_up_needed"
                  | "wrong_key"
                  | "wrong_password"
                  | "invitation_not_valid"
                  | "not_found"
                  | "method_not_allowed"
                  | "body_too_slow"
                  | "request_too_slow"
                  | "agent_halted"
                  | "already_ended"
                  | "already_member"
                  | "balance_too_large"
                  | "asset_in_use"
                  | "content_changed"
                  | "email_taken"
                  | "external_id_taken"
                  | "illegal_transition"
                  | "invitation_accepted"
                  | "last_owner"
                  | "needs_reauthorization"
                  | "not_approved"
                  | "not_authorized_yet"
                  | "not_awaiting_approval"
                  | "not_refreshable"
                  | "reference_taken"
                  | "request_in_progress"
                  | "too_many_series"
                  | "too_many_webhooks"
                  | "version_conflict"
                  | "webhook_disabled"
                  | "not_unconfirmed"
                  | "nothing_failed"
                  | "nothing_out"
                  | "storage_quota"
                  | "too_many_uploads"
                  | "upload_ended"
                  | "wrong_offset"
                  | "too_late"
                  | "upload_expired"
                  | "file_expired"
                  | "generation_expired"
                  | "authorization_expired"
                  | "too_large"
                  | "unsupported_media_type"
                  | "address_refused"
                  | "approval_required"
                  | "checksum_mismatch"
                  | "content_refused"
                  | "corrupt"
                  | "credentials_refused"
                  | "empty"
                  | "file_missing"
                  | "idempotency_key_reused"
                  | "in_the_past"
                  | "invalid_csv"
                  | "invalid_cursor"
                  | "invalid_request"
                  | "invalid_rule"
                  | "invalid_url"
                  | "invalid_time"
                  | "media_unreadable"
                  | "no_free_slot"
                  | "no_queue"
                  | "not_decodable"
                  | "payment_not_configured"
                  | "provider_not_configured"
                  | "provider_forbidden"
                  | "provider_key_refused"
                  | "rows_refused"
                  | "source_refused"
                  | "sandbox_output"
                  | "time_zone_missing"
                  | "timeout"
                  | "too_long"
                  | "too_many_files"
                  | "too_many_pixels"
                  | "unknown_asset"
                  | "unknown_field"
                  | "unknown_model"
                  | "unknown_pack"
                  | "unknown_platform"
                  | "unknown_provider"
                  | "type_mismatch"
                  | "unsupported_type"
                  | "way_not_set_up"
                  | "wrong_kind"
                  | "upload_busy"
                  | "rate_limited"
                  | "too_many_streams"
                  | "too_many_tries"
                  | "headers_too_large"
                  | "internal"
                  | "console_not_built"
                  | "database_unavailable"
                  | "payment_unavailable"
                  | "platform_not_configured"
                  | "platform_unavailable"
                  | "stopping"
                  | "temporal_ui_unavailable"
                  | "storage_full";
                detail: string;
                errors: {
                  detail: string;
                  pointer: string;
                }[];
                /** @description What has the externalId already */
                existingId: string | null;
                status: number;
              };
              /** @description Counted from 1 */
              row: number;
            }[];
            /** @description `postId` is the other post, or `otherRow` is, where it is one of these */
            warnings: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @enum {string} */
              code: "same_text" | "close_in_time" | "media_shortened";
              detail: string;
              otherRow: number | null;
              postId: string | null;
              /** @description Counted from 1 */
              row: number;
            }[];
          };
        };
      };
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            created: {
              externalId: string | null;
              /** @description Null in a dry run */
              id: string | null;
              /** @description Counted from 1 */
              row: number;
              /** @enum {string} */
              status:
                | "preparing"
                | "awaiting_approval"
                | "scheduled"
                | "publishing"
                | "blocked"
                | "unconfirmed"
                | "partially_published"
                | "failed"
                | "published"
                | "rejected"
                | "cancelled"
                | "expired";
            }[];
            /** @description Nothing was made: it says what would be */
            dryRun: boolean;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            refused: {
              problem: {
                /** @enum {string} */
                code:
                  | "client_gone"
                  | "invalid_idempotency_key"
                  | "malformed_json"
                  | "malformed_multipart"
                  | "signature_not_valid"
                  | "malformed_request"
                  | "invalid_key"
                  | "key_expired"
                  | "key_revoked"
                  | "unauthenticated"
                  | "wrong_credentials"
                  | "credit_limit"
                  | "credits_exhausted"
                  | "foreign_origin"
                  | "link_expired"
                  | "link_not_valid"
                  | "missing_scope"
                  | "no_workspace"
                  | "operator_needed"
                  | "other_account"
                  | "owner_needed"
                  | "own_post"
                  | "person_needed"
                  | "registration_closed"
                  | "session_needed"
                  | "step_up_needed"
                  | "wrong_key"
                  | "wrong_password"
                  | "invitation_not_valid"
                  | "not_found"
                  | "method_not_allowed"
                  | "body_too_slow"
                  | "request_too_slow"
                  | "agent_halted"
                  | "already_ended"
                  | "already_member"
                  | "balance_too_large"
                  | "asset_in_use"
                  | "content_changed"
                  | "email_taken"
                  | "external_id_taken"
                  | "illegal_transition"
                  | "invitation_accepted"
                  | "last_owner"
                  | "needs_reauthorization"
                  | "not_approved"
                  | "not_authorized_yet"
                  | "not_awaiting_approval"
                  | "not_refreshable"
                  | "reference_taken"
                  | "request_in_progress"
                  | "too_many_series"
                  | "too_many_webhooks"
                  | "version_conflict"
                  | "webhook_disabled"
                  | "not_unconfirmed"
                  | "nothing_failed"
                  | "nothing_out"
                  | "storage_quota"
                  | "too_many_uploads"
                  | "upload_ended"
                  | "wrong_offset"
                  | "too_late"
                  | "upload_expired"
                  | "file_expired"
                  | "generation_expired"
                  | "authorization_expired"
                  | "too_large"
                  | "unsupported_media_type"
                  | "address_refused"
                  | "approval_required"
                  | "checksum_mismatch"
                  | "content_refused"
                  | "corrupt"
                  | "credentials_refused"
                  | "empty"
                  | "file_missing"
                  | "idempotency_key_reused"
                  | "in_the_past"
                  | "invalid_csv"
                  | "invalid_cursor"
                  | "invalid_request"
                  | "invalid_rule"
                  | "invalid_url"
                  | "invalid_time"
                  | "media_unreadable"
                  | "no_free_slot"
                  | "no_queue"
                  | "not_decodable"
                  | "payment_not_configured"
                  | "provider_not_configured"
                  | "provider_forbidden"
                  | "provider_key_refused"
                  | "rows_refused"
                  | "source_refused"
                  | "sandbox_output"
                  | "time_zone_missing"
                  | "timeout"
                  | "too_long"
                  | "too_many_files"
                  | "too_many_pixels"
                  | "unknown_asset"
                  | "unknown_field"
                  | "unknown_model"
                  | "unknown_pack"
                  | "unknown_platform"
                  | "unknown_provider"
                  | "type_mismatch"
                  | "unsupported_type"
                  | "way_not_set_up"
                  | "wrong_kind"
                  | "upload_busy"
                  | "rate_limited"
                  | "too_many_streams"
                  | "too_many_tries"
                  | "headers_too_large"
                  | "internal"
                  | "console_not_built"
                  | "database_unavailable"
                  | "payment_unavailable"
                  | "platform_not_configured"
                  | "platform_unavailable"
                  | "stopping"
                  | "temporal_ui_unavailable"
                  | "storage_full";
                detail: string;
                errors: {
                  detail: string;
                  pointer: string;
                }[];
                /** @description What has the externalId already */
                existingId: string | null;
                status: number;
              };
              /** @description Counted from 1 */
              row: number;
            }[];
            /** @description `postId` is the other post, or `otherRow` is, where it is one of these */
            warnings: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @enum {string} */
              code: "same_text" | "close_in_time" | "media_shortened";
              detail: string;
              otherRow: number | null;
              postId: string | null;
              /** @description Counted from 1 */
              row: number;
            }[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  validatePost: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @default required
           * @enum {string}
           */
          approval?: "none" | "required";
          /** @default [] */
          assets?: {
            altText?: string;
            /** Format: uuid */
            id: string;
          }[];
          /** @description What it belongs to; lists and usage can be narrowed by it */
          campaign?: string;
          content: {
            /** @default  */
            text?: string;
            title?: string;
          };
          /** @description A name of your own, unique in the workspace; where it is taken, the problem's `existingId` says by what */
          externalId?: string;
          /**
           * @description At most 20, of which no two differ by case alone
           * @default []
           */
          labels?: string[];
          /**
           * @description What follows, in order: further parts of a thread, and comments
           * @default []
           */
          parts?: {
            /** @default [] */
            assets?: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @enum {string} */
            kind: "thread" | "comment";
            /** @default  */
            text?: string;
          }[];
          /**
           * @default {
           *       "mode": "now"
           *     }
           */
          schedule?: {
            /** @description With an offset or Z an instant; else wall time in `timeZone` */
            at?: string;
            /** @enum {string} */
            mode: "now" | "at" | "queue";
            /**
             * @description With mode queue: the next free slot of its channels' queues, which is the default, or the first one after all that is queued
             * @enum {string}
             */
            position?: "next" | "last";
            timeZone?: string;
          };
          targets: {
            /**
             * Format: uuid
             * @description UUID
             */
            channelId: string;
            /** @description Whether the channel's defaults are added; they are unless this is false */
            defaults?: boolean;
            overrides?: {
              assets?: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              parts?: {
                /** @default [] */
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                /** @enum {string} */
                kind: "thread" | "comment";
                /** @default  */
                text?: string;
              }[];
              text?: string;
              title?: string;
            };
            settings?: {
              [key: string]: unknown;
            };
          }[];
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            schedule: {
              /**
               * Format: date-time
               * @description The instant at which it is due
               */
              at: string;
              localAt: string | null;
              /** @enum {string} */
              mode: "now" | "at" | "queue";
              timeZone: string | null;
            };
            targets: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              channelName: string;
              /** @description The texts as they go out here, the post itself first, then its parts, where the channel's defaults changed any; else null */
              texts: string[] | null;
            }[];
            /** @description What speaks against it, and forbids nothing: the same text on the channel within 30 days, another post there within an hour, of each the nearest; a video that is longer than the channel takes */
            warnings: {
              /**
               * Format: uuid
               * @description UUID
               */
              channelId: string;
              /** @enum {string} */
              code: "same_text" | "close_in_time" | "media_shortened";
              detail: string;
              /** @description The other post, where there is one */
              postId: string | null;
            }[];
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  listProviders: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description The workspace lets it be asked */
              allowed: boolean;
              /** @description Whose key it is asked with; the workspace's own comes first */
              configuredBy: ("workspace" | "environment") | null;
              /** @description The workspace's own key, which nobody can read again */
              credentials: {
                /** @description Of the server, where it is not the provider's own */
                host: string | null;
                /** @description What the key sees, as far as the provider lists it */
                models: string[];
                /** Format: date-time */
                setAt: string;
                /** @description Who gave the key, where they are still known */
                setBy: string | null;
              } | null;
              /** @description What it keeps of a request */
              keeps: string;
              /** @description What it makes */
              kinds: ("text" | "image" | "audio" | "video")[];
              /** @description Of the key that was given last */
              lastCheck: {
                /** Format: date-time */
                at: string;
                problem: {
                  code: string;
                  detail: string;
                } | null;
                /** @enum {string} */
                status: "checking" | "ok" | "failed";
              } | null;
              name: string;
              needsKey: boolean;
              /** @description Nothing leaves this machine */
              offline: boolean;
              /** @description Why it can't be used now */
              reason: string | null;
              /** @description It only stands for models; real platforms refuse what it makes */
              sandbox: boolean;
              /** @description What may be set besides the key */
              takes: ("baseUrl" | "organization" | "api")[];
              title: string;
              usable: boolean;
            }[];
            nextCursor: null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  replaceProviderCredentials: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description `chat` for a compatible server that knows no other
           * @enum {string}
           */
          api?: "responses" | "chat";
          /** @description Stored sealed, and shown to nobody again */
          apiKey: string;
          /**
           * Format: uri
           * @description Another server than the provider's own, where the provider takes one; https
           */
          baseUrl?: string;
          /** @description Whom OpenAI bills */
          organization?: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description The workspace lets it be asked */
            allowed: boolean;
            /** @description Whose key it is asked with; the workspace's own comes first */
            configuredBy: ("workspace" | "environment") | null;
            /** @description The workspace's own key, which nobody can read again */
            credentials: {
              /** @description Of the server, where it is not the provider's own */
              host: string | null;
              /** @description What the key sees, as far as the provider lists it */
              models: string[];
              /** Format: date-time */
              setAt: string;
              /** @description Who gave the key, where they are still known */
              setBy: string | null;
            } | null;
            /** @description What it keeps of a request */
            keeps: string;
            /** @description What it makes */
            kinds: ("text" | "image" | "audio" | "video")[];
            /** @description Of the key that was given last */
            lastCheck: {
              /** Format: date-time */
              at: string;
              problem: {
                code: string;
                detail: string;
              } | null;
              /** @enum {string} */
              status: "checking" | "ok" | "failed";
            } | null;
            name: string;
            needsKey: boolean;
            /** @description Nothing leaves this machine */
            offline: boolean;
            /** @description Why it can't be used now */
            reason: string | null;
            /** @description It only stands for models; real platforms refuse what it makes */
            sandbox: boolean;
            /** @description What may be set besides the key */
            takes: ("baseUrl" | "organization" | "api")[];
            title: string;
            usable: boolean;
          };
        };
      };
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description The workspace lets it be asked */
            allowed: boolean;
            /** @description Whose key it is asked with; the workspace's own comes first */
            configuredBy: ("workspace" | "environment") | null;
            /** @description The workspace's own key, which nobody can read again */
            credentials: {
              /** @description Of the server, where it is not the provider's own */
              host: string | null;
              /** @description What the key sees, as far as the provider lists it */
              models: string[];
              /** Format: date-time */
              setAt: string;
              /** @description Who gave the key, where they are still known */
              setBy: string | null;
            } | null;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /** @description What it keeps of a request */
            keeps: string;
            /** @description What it makes */
            kinds: ("text" | "image" | "audio" | "video")[];
            /** @description Of the key that was given last */
            lastCheck: {
              /** Format: date-time */
              at: string;
              problem: {
                code: string;
                detail: string;
              } | null;
              /** @enum {string} */
              status: "checking" | "ok" | "failed";
            } | null;
            name: string;
            needsKey: boolean;
            /** @description Nothing leaves this machine */
            offline: boolean;
            /** @description Why it can't be used now */
            reason: string | null;
            /** @description It only stands for models; real platforms refuse what it makes */
            sandbox: boolean;
            /** @description What may be set besides the key */
            takes: ("baseUrl" | "organization" | "api")[];
            title: string;
            usable: boolean;
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  deleteAllProviderCredentials: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  getQueue: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        channelId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            channelId: string;
            /** @description The next five free slots within 90 days; none while it is paused */
            nextFree: string[];
            paused: boolean;
            /** @description Who holds the slots to come, in order, 100 at most */
            posts: {
              /**
               * Format: uuid
               * @description UUID
               */
              postId: string;
              /** Format: date-time */
              slotAt: string;
              /** @enum {string} */
              status:
                | "preparing"
                | "awaiting_approval"
                | "scheduled"
                | "publishing"
                | "blocked"
                | "unconfirmed"
                | "partially_published"
                | "failed"
                | "published"
                | "rejected"
                | "cancelled"
                | "expired";
            }[];
            slots: {
              /** @enum {string} */
              day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
              time: string;
            }[];
            timeZone: string;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  replaceQueue: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        channelId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @default false */
          paused?: boolean;
          slots: {
            /** @enum {string} */
            day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
            time: string;
          }[];
          timeZone: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            channelId: string;
            /** @description The next five free slots within 90 days; none while it is paused */
            nextFree: string[];
            paused: boolean;
            /** @description Who holds the slots to come, in order, 100 at most */
            posts: {
              /**
               * Format: uuid
               * @description UUID
               */
              postId: string;
              /** Format: date-time */
              slotAt: string;
              /** @enum {string} */
              status:
                | "preparing"
                | "awaiting_approval"
                | "scheduled"
                | "publishing"
                | "blocked"
                | "unconfirmed"
                | "partially_published"
                | "failed"
                | "published"
                | "rejected"
                | "cancelled"
                | "expired";
            }[];
            slots: {
              /** @enum {string} */
              day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
              time: string;
            }[];
            timeZone: string;
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  listRetention: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description Their bytes; null for what are no files */
              bytes: number | null;
              /** @description How many of them the sweep removes next, within the hour */
              due: number;
              /** @description From when that counts */
              from: string;
              /** @description How many there are; 0 of stored files of which nothing tells */
              kept: number;
              lastRemovedAt: string | null;
              /** @description How many were removed since the workspace began */
              removed: number;
              removedBytes: number;
              /** @enum {string} */
              rule:
                | "library"
                | "upload"
                | "input"
                | "output"
                | "rendition"
                | "generation_text"
                | "transcript"
                | "generation"
                | "unfinished_upload"
                | "upload_record"
                | "kept_answer"
                | "notification"
                | "webhook_delivery"
                | "orphan";
              /** @description How long it is kept; null until somebody deletes it */
              seconds: number | null;
              /** @description What it is about */
              what: string;
            }[];
            nextCursor: null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  listRuns: {
    parameters: {
      query?: {
        /** @description UUID */
        agentId?: string;
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
        status?:
          | "queued"
          | "running"
          | "awaiting_approval"
          | "paused"
          | "succeeded"
          | "failed"
          | "cancelled"
          | "skipped";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /**
               * Format: uuid
               * @description UUID
               */
              agentId: string;
              /** Format: date-time */
              createdAt: string;
              error: {
                code: string;
                detail: string;
              } | null;
              finishedAt: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              postId: string | null;
              startedAt: string | null;
              /** @enum {string} */
              status:
                | "queued"
                | "running"
                | "awaiting_approval"
                | "paused"
                | "succeeded"
                | "failed"
                | "cancelled"
                | "skipped";
              /** @description The run's workflow, for operators */
              temporalUrl: string;
              /** @enum {string} */
              trigger: "manual" | "schedule";
              /** @description The wake-up of the schedule that it answers */
              wokenFor: string | null;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  getRun: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            agentId: string;
            /** Format: date-time */
            createdAt: string;
            credits: number;
            error: {
              code: string;
              detail: string;
            } | null;
            finishedAt: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            postId: string | null;
            startedAt: string | null;
            /** @enum {string} */
            status:
              | "queued"
              | "running"
              | "awaiting_approval"
              | "paused"
              | "succeeded"
              | "failed"
              | "cancelled"
              | "skipped";
            steps: {
              credits: number;
              durationMs: number | null;
              error: {
                code: string;
                detail: string;
              } | null;
              finishedAt: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              input: unknown;
              /** @enum {string} */
              kind:
                | "gather"
                | "model"
                | "tool"
                | "check"
                | "generation"
                | "post"
                | "media"
                | "approval"
                | "publish";
              model: string | null;
              name: string;
              output: unknown;
              position: number;
              /** @description What left for the provider: names, sizes and hashes of the fields */
              sent: unknown;
              startedAt: string | null;
              /** @enum {string} */
              status: "pending" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
              temporalUrl: string;
            }[];
            /** @description The run's workflow, for operators */
            temporalUrl: string;
            /** @enum {string} */
            trigger: "manual" | "schedule";
            /** @description The wake-up of the schedule that it answers */
            wokenFor: string | null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  cancelRun: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            agentId: string;
            /** Format: date-time */
            createdAt: string;
            /** @enum {string} */
            engine: "ready" | "delayed";
            error: {
              code: string;
              detail: string;
            } | null;
            finishedAt: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            postId: string | null;
            startedAt: string | null;
            /** @enum {string} */
            status:
              | "queued"
              | "running"
              | "awaiting_approval"
              | "paused"
              | "succeeded"
              | "failed"
              | "cancelled"
              | "skipped";
            /** @description The run's workflow, for operators */
            temporalUrl: string;
            /** @enum {string} */
            trigger: "manual" | "schedule";
            /** @description The wake-up of the schedule that it answers */
            wokenFor: string | null;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listSeries: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
        status?: "active" | "paused" | "ended";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @enum {string} */
              approval: "none" | "required";
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              campaign?: string | null;
              catchUp: number;
              content: {
                /** @default  */
                text: string;
                title?: string;
              };
              /** Format: date-time */
              createdAt: string;
              createdBy: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              labels?: string[];
              /** @description Its next occurrence, while it is active */
              nextAt: string | null;
              /** @description The next three, while it is active */
              nextOccurrences: {
                /** Format: date-time */
                at: string;
                /** @description Wall time in the series' zone */
                localAt: string;
              }[];
              parts: {
                /** @default [] */
                assets: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                /** @enum {string} */
                kind: "thread" | "comment";
                /** @default  */
                text: string;
              }[];
              /** @description Why it paused by itself */
              reason: {
                code: string;
                detail: string;
              } | null;
              rrule: string;
              start: string;
              /** @enum {string} */
              status: "active" | "paused" | "ended";
              targets: {
                /** Format: uuid */
                channelId: string;
                defaults?: boolean;
                overrides: {
                  assets?: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  parts?: {
                    /** @default [] */
                    assets: {
                      altText?: string;
                      /** Format: uuid */
                      id: string;
                    }[];
                    /** @enum {string} */
                    kind: "thread" | "comment";
                    /** @default  */
                    text: string;
                  }[];
                  text?: string;
                  title?: string;
                };
                settings: {
                  [key: string]: unknown;
                };
              }[];
              timeZone: string;
              writtenBy: string[];
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createSeries: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @default required
           * @enum {string}
           */
          approval?: "none" | "required";
          /** @default [] */
          assets?: {
            altText?: string;
            /** Format: uuid */
            id: string;
          }[];
          /** @description What it belongs to; lists and usage can be narrowed by it */
          campaign?: string;
          /**
           * @description How many missed occurrences are still made, the latest ones, unless too late
           * @default 1
           */
          catchUp?: number;
          content: {
            /** @default  */
            text?: string;
            title?: string;
          };
          /**
           * @description At most 20, of which no two differ by case alone
           * @default []
           */
          labels?: string[];
          /** @default [] */
          parts?: {
            /** @default [] */
            assets?: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @enum {string} */
            kind: "thread" | "comment";
            /** @default  */
            text?: string;
          }[];
          /** @description RRULE of RFC 5545, hourly at the most: `FREQ=WEEKLY;BYDAY=MO,TH`. At most 1,000 by COUNT */
          rrule: string;
          /** @description Wall time in `timeZone`, from which the rule counts and takes its time of day */
          start: string;
          targets: {
            /**
             * Format: uuid
             * @description UUID
             */
            channelId: string;
            /** @description Whether the channel's defaults are added; they are unless this is false */
            defaults?: boolean;
            overrides?: {
              assets?: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              parts?: {
                /** @default [] */
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                /** @enum {string} */
                kind: "thread" | "comment";
                /** @default  */
                text?: string;
              }[];
              text?: string;
              title?: string;
            };
            settings?: {
              [key: string]: unknown;
            };
          }[];
          timeZone: string;
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            campaign?: string | null;
            catchUp: number;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels?: string[];
            /** @description Its next occurrence, while it is active */
            nextAt: string | null;
            /** @description The next three, while it is active */
            nextOccurrences: {
              /** Format: date-time */
              at: string;
              /** @description Wall time in the series' zone */
              localAt: string;
            }[];
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            /** @description Why it paused by itself */
            reason: {
              code: string;
              detail: string;
            } | null;
            rrule: string;
            start: string;
            /** @enum {string} */
            status: "active" | "paused" | "ended";
            targets: {
              /** Format: uuid */
              channelId: string;
              defaults?: boolean;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              settings: {
                [key: string]: unknown;
              };
            }[];
            timeZone: string;
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getSeries: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            campaign?: string | null;
            catchUp: number;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels?: string[];
            /** @description Its next occurrence, while it is active */
            nextAt: string | null;
            /** @description The next three, while it is active */
            nextOccurrences: {
              /** Format: date-time */
              at: string;
              /** @description Wall time in the series' zone */
              localAt: string;
            }[];
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            /** @description Why it paused by itself */
            reason: {
              code: string;
              detail: string;
            } | null;
            rrule: string;
            start: string;
            /** @enum {string} */
            status: "active" | "paused" | "ended";
            targets: {
              /** Format: uuid */
              channelId: string;
              defaults?: boolean;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              settings: {
                [key: string]: unknown;
              };
            }[];
            timeZone: string;
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  updateSeries: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          approval?: "none" | "required";
          assets?: {
            altText?: string;
            /** Format: uuid */
            id: string;
          }[];
          campaign?: string | null;
          /** @description How many missed occurrences are still made, the latest ones, unless too late */
          catchUp?: number;
          content?: {
            /** @default  */
            text?: string;
            title?: string;
          };
          /** @description At most 20, of which no two differ by case alone */
          labels?: string[];
          parts?: {
            /** @default [] */
            assets?: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            /** @enum {string} */
            kind: "thread" | "comment";
            /** @default  */
            text?: string;
          }[];
          /** @description RRULE of RFC 5545, hourly at the most: `FREQ=WEEKLY;BYDAY=MO,TH`. At most 1,000 by COUNT */
          rrule?: string;
          /** @description Wall time in `timeZone`, from which the rule counts and takes its time of day */
          start?: string;
          targets?: {
            /**
             * Format: uuid
             * @description UUID
             */
            channelId: string;
            /** @description Whether the channel's defaults are added; they are unless this is false */
            defaults?: boolean;
            overrides?: {
              assets?: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              parts?: {
                /** @default [] */
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                /** @enum {string} */
                kind: "thread" | "comment";
                /** @default  */
                text?: string;
              }[];
              text?: string;
              title?: string;
            };
            settings?: {
              [key: string]: unknown;
            };
          }[];
          timeZone?: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            campaign?: string | null;
            catchUp: number;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels?: string[];
            /** @description Its next occurrence, while it is active */
            nextAt: string | null;
            /** @description The next three, while it is active */
            nextOccurrences: {
              /** Format: date-time */
              at: string;
              /** @description Wall time in the series' zone */
              localAt: string;
            }[];
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            /** @description Why it paused by itself */
            reason: {
              code: string;
              detail: string;
            } | null;
            rrule: string;
            start: string;
            /** @enum {string} */
            status: "active" | "paused" | "ended";
            targets: {
              /** Format: uuid */
              channelId: string;
              defaults?: boolean;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              settings: {
                [key: string]: unknown;
              };
            }[];
            timeZone: string;
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  endSeries: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            campaign?: string | null;
            catchUp: number;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels?: string[];
            /** @description Its next occurrence, while it is active */
            nextAt: string | null;
            /** @description The next three, while it is active */
            nextOccurrences: {
              /** Format: date-time */
              at: string;
              /** @description Wall time in the series' zone */
              localAt: string;
            }[];
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            /** @description Why it paused by itself */
            reason: {
              code: string;
              detail: string;
            } | null;
            rrule: string;
            start: string;
            /** @enum {string} */
            status: "active" | "paused" | "ended";
            targets: {
              /** Format: uuid */
              channelId: string;
              defaults?: boolean;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              settings: {
                [key: string]: unknown;
              };
            }[];
            timeZone: string;
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  pauseSeries: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            campaign?: string | null;
            catchUp: number;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels?: string[];
            /** @description Its next occurrence, while it is active */
            nextAt: string | null;
            /** @description The next three, while it is active */
            nextOccurrences: {
              /** Format: date-time */
              at: string;
              /** @description Wall time in the series' zone */
              localAt: string;
            }[];
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            /** @description Why it paused by itself */
            reason: {
              code: string;
              detail: string;
            } | null;
            rrule: string;
            start: string;
            /** @enum {string} */
            status: "active" | "paused" | "ended";
            targets: {
              /** Format: uuid */
              channelId: string;
              defaults?: boolean;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              settings: {
                [key: string]: unknown;
              };
            }[];
            timeZone: string;
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  resumeSeries: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            approval: "none" | "required";
            assets: {
              altText?: string;
              /** Format: uuid */
              id: string;
            }[];
            campaign?: string | null;
            catchUp: number;
            content: {
              /** @default  */
              text: string;
              title?: string;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            labels?: string[];
            /** @description Its next occurrence, while it is active */
            nextAt: string | null;
            /** @description The next three, while it is active */
            nextOccurrences: {
              /** Format: date-time */
              at: string;
              /** @description Wall time in the series' zone */
              localAt: string;
            }[];
            parts: {
              /** @default [] */
              assets: {
                altText?: string;
                /** Format: uuid */
                id: string;
              }[];
              /** @enum {string} */
              kind: "thread" | "comment";
              /** @default  */
              text: string;
            }[];
            /** @description Why it paused by itself */
            reason: {
              code: string;
              detail: string;
            } | null;
            rrule: string;
            start: string;
            /** @enum {string} */
            status: "active" | "paused" | "ended";
            targets: {
              /** Format: uuid */
              channelId: string;
              defaults?: boolean;
              overrides: {
                assets?: {
                  altText?: string;
                  /** Format: uuid */
                  id: string;
                }[];
                parts?: {
                  /** @default [] */
                  assets: {
                    altText?: string;
                    /** Format: uuid */
                    id: string;
                  }[];
                  /** @enum {string} */
                  kind: "thread" | "comment";
                  /** @default  */
                  text: string;
                }[];
                text?: string;
                title?: string;
              };
              settings: {
                [key: string]: unknown;
              };
            }[];
            timeZone: string;
            writtenBy: string[];
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  previewSeries: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description RRULE of RFC 5545, hourly at the most: `FREQ=WEEKLY;BYDAY=MO,TH`. At most 1,000 by COUNT */
          rrule: string;
          /** @description Wall time in `timeZone`, from which the rule counts and takes its time of day */
          start: string;
          timeZone: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            occurrences: {
              /** Format: date-time */
              at: string;
              /** @description Wall time in the series' zone */
              localAt: string;
            }[];
          };
        };
      };
      default: components["responses"]["Problem400"];
    };
  };
  listSessions: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              address: string | null;
              /** Format: date-time */
              createdAt: string;
              /** @description The one that asks */
              current: boolean;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /**
               * Format: date-time
               * @description To the minute
               */
              lastSeenAt: string;
              userAgent: string | null;
              workspace: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                id: string;
                name: string;
              };
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  deleteAllSessions: {
    parameters: {
      query?: {
        /** @description Keeps the one that asks */
        except?: "current";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  deleteSession: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  listUploads: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
        /** @description `receiving` until the last byte is there, then `checking`; `fetching` while it comes from an address; `ready` once it is an asset, `failed` where it can't be one */
        status?: "receiving" | "fetching" | "checking" | "ready" | "failed";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description The asset that it became */
              assetId: string | null;
              /** @description Of the whole file; 0 while it is fetched */
              bytes: number;
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description Until when it goes on, or is remembered
               */
              expiresAt: string;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string | null;
              /** @description Why it became none */
              problem: {
                code: string;
                detail: string;
              } | null;
              /** @description How many of them have arrived */
              received: number;
              /**
               * @description `receiving` until the last byte is there, then `checking`; `fetching` while it comes from an address; `ready` once it is an asset, `failed` where it can't be one
               * @enum {string}
               */
              status: "receiving" | "fetching" | "checking" | "ready" | "failed";
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createUpload: {
    parameters: {
      query?: never;
      header: {
        "tus-resumable": "1.0.0";
        /** @description Bytes of the whole file: at least 1, at most 4 GiB */
        "upload-length": string;
        /** @description `filename` is what people see; `filetype` must be the file's type, where it is given; `sha256` (64 hexadecimal digits) is compared with the whole file in the end; `class` is what its asset is there for (`library`, `upload`, `input`). Values in Base64. */
        "upload-metadata"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description The asset that it became */
            assetId: string | null;
            /** @description Of the whole file; 0 while it is fetched */
            bytes: number;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description Until when it goes on, or is remembered
             */
            expiresAt: string;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            name: string | null;
            /** @description Why it became none */
            problem: {
              code: string;
              detail: string;
            } | null;
            /** @description How many of them have arrived */
            received: number;
            /**
             * @description `receiving` until the last byte is there, then `checking`; `fetching` while it comes from an address; `ready` once it is an asset, `failed` where it can't be one
             * @enum {string}
             */
            status: "receiving" | "fetching" | "checking" | "ready" | "failed";
          };
        };
      };
      default: components["responses"]["Problem400_5"];
    };
  };
  getUpload: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description The asset that it became */
            assetId: string | null;
            /** @description Of the whole file; 0 while it is fetched */
            bytes: number;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description Until when it goes on, or is remembered
             */
            expiresAt: string;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            name: string | null;
            /** @description Why it became none */
            problem: {
              code: string;
              detail: string;
            } | null;
            /** @description How many of them have arrived */
            received: number;
            /**
             * @description `receiving` until the last byte is there, then `checking`; `fetching` while it comes from an address; `ready` once it is an asset, `failed` where it can't be one
             * @enum {string}
             */
            status: "receiving" | "fetching" | "checking" | "ready" | "failed";
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  deleteUpload: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  updateUpload: {
    parameters: {
      query?: never;
      header: {
        "tus-resumable": "1.0.0";
        /** @description Where the piece begins: as many bytes as have arrived */
        "upload-offset": string;
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400_5"];
    };
  };
  getUsage: {
    parameters: {
      query?: {
        /** @description UUID */
        agentId?: string;
        campaign?: string;
        /** @description A CSV file has no total; `Accept: text/csv` asks for one too */
        format?: "json" | "csv";
        /** @description 30 days before `to` unless given */
        from?: string;
        groupBy?: "campaign" | "label" | "agent" | "member" | "provider" | "model" | "day";
        /** @description Without regard to case */
        label?: string;
        /** @description Now unless given; at most 366 days after `from` */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description Spent: settled, and reserved by what is still at work */
              credits: number;
              /** @description Null for what has none */
              group: string | null;
              /** @description Of an agent or a member */
              name: string | null;
              /** @description Published; null where posts are not told apart by it */
              posts: number | null;
            }[];
            /** Format: date-time */
            from: string;
            /** @enum {string} */
            groupBy: "campaign" | "label" | "agent" | "member" | "provider" | "model" | "day";
            /** Format: date-time */
            to: string;
            total: {
              /** @description Spent: settled, and reserved by what is still at work */
              credits: number;
              /** @description Published; null where posts are not told apart by it */
              posts: number | null;
            };
          };
          "text/csv": string;
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  listWebhooks: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** Format: date-time */
              createdAt: string;
              createdBy: string;
              description: string | null;
              eventTypes: string[];
              /** @description It has taken nothing since, though it was tried */
              failingSince: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              /** @description Until then messages carry the signature of the secret before the last rotation too */
              previousSecretUntil: string | null;
              /** @description Why it was disabled, where nobody asked for it */
              problem: string | null;
              /** @enum {string} */
              status: "active" | "disabled";
              url: string;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          description?: string;
          /** @description `*` for all, `post.*` for a kind, `post.published` for a type */
          eventTypes?: string[];
          /**
           * Format: uri
           * @description Where events are posted to; https
           */
          url: string;
        };
      };
    };
    responses: {
      /** @description It was made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            description: string | null;
            eventTypes: string[];
            /** @description It has taken nothing since, though it was tried */
            failingSince: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Until then messages carry the signature of the secret before the last rotation too */
            previousSecretUntil: string | null;
            /** @description Why it was disabled, where nobody asked for it */
            problem: string | null;
            /** @description What messages are signed with, shown this once: a repeated answer lacks it */
            secret?: string;
            /** @enum {string} */
            status: "active" | "disabled";
            url: string;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            description: string | null;
            eventTypes: string[];
            /** @description It has taken nothing since, though it was tried */
            failingSince: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Until then messages carry the signature of the secret before the last rotation too */
            previousSecretUntil: string | null;
            /** @description Why it was disabled, where nobody asked for it */
            problem: string | null;
            /** @enum {string} */
            status: "active" | "disabled";
            url: string;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components["responses"]["Problem400"];
    };
  };
  updateWebhook: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          description?: string | null;
          /** @description `*` for all, `post.*` for a kind, `post.published` for a type */
          eventTypes?: string[];
          /** @enum {string} */
          status?: "active" | "disabled";
          /**
           * Format: uri
           * @description Where events are posted to; https
           */
          url?: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            description: string | null;
            eventTypes: string[];
            /** @description It has taken nothing since, though it was tried */
            failingSince: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Until then messages carry the signature of the secret before the last rotation too */
            previousSecretUntil: string | null;
            /** @description Why it was disabled, where nobody asked for it */
            problem: string | null;
            /** @enum {string} */
            status: "active" | "disabled";
            url: string;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listWebhookDeliveries: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
        status?: "pending" | "delivered" | "failed" | "disabled";
      };
      header?: never;
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description The latest 30, oldest first */
              attempts: {
                /** @description The first 1,024 characters */
                answer?: string;
                /** Format: date-time */
                at: string;
                durationMs: number;
                error?: string;
                /** @description Absent where no answer came */
                httpStatus?: number;
              }[];
              /**
               * Format: uuid
               * @description `webhook-id` of the message, the same at every try
               */
              eventId: string;
              finishedAt: string | null;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              nextAttemptAt: string | null;
              /** Format: date-time */
              occurredAt: string;
              /** @enum {string} */
              status: "pending" | "delivered" | "failed" | "disabled";
              subject: {
                /**
                 * Format: uuid
                 * @description UUID
                 */
                id: string;
                kind: string;
              };
              /** @description The delivery's workflow, for operators */
              temporalUrl: string;
              /** @description Since it was asked for last */
              tries: number;
              type: string;
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem400_3"];
    };
  };
  redeliverWebhookDelivery: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        deliveryId: string;
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            deliveryId: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  rotateSecretWebhook: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            description: string | null;
            eventTypes: string[];
            /** @description It has taken nothing since, though it was tried */
            failingSince: string | null;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description Until then messages carry the signature of the secret before the last rotation too */
            previousSecretUntil: string | null;
            /** @description Why it was disabled, where nobody asked for it */
            problem: string | null;
            /** @description What messages are signed with, shown this once: a repeated answer lacks it */
            secret?: string;
            /** @enum {string} */
            status: "active" | "disabled";
            url: string;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  testWebhook: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /** @description UUID */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It was accepted, and is being done */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /**
             * Format: uuid
             * @description UUID
             */
            deliveryId: string;
            /**
             * @description `delayed`: accepted and stored; the engine is told as soon as it is back
             * @enum {string}
             */
            engine: "ready" | "delayed";
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  getWorkspace: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description Names of the AI providers that may be asked; null for all */
            allowedProviders: string[] | null;
            credits: number;
            /** @description Credits that may be reserved in a day of UTC; null for no limit */
            dailyCreditLimit: number | null;
            /** @description What is taken where nobody names a model: `provider/model` by task */
            defaultModels: {
              [key: string]: string;
            };
            /** @description Who made or edited a post may not be the one who approves it */
            forbidSelfApproval: boolean;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description A post that could not go out so long after its time expires instead */
            latestAfterDueMinutes: number;
            name: string;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
  updateWorkspace: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.
         * @example 0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Names of the AI providers that may be asked; null for all */
          allowedProviders?: string[] | null;
          /** @description Credits that may be reserved in a day of UTC; null for no limit */
          dailyCreditLimit?: number | null;
          /** @description By task: a model, or null for the installation's default; what is left out stays as it is */
          defaultModels?: {
            [key: string]: string | null;
          };
          forbidSelfApproval?: boolean;
          latestAfterDueMinutes?: number;
          name?: string;
        };
      };
    };
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description Names of the AI providers that may be asked; null for all */
            allowedProviders: string[] | null;
            credits: number;
            /** @description Credits that may be reserved in a day of UTC; null for no limit */
            dailyCreditLimit: number | null;
            /** @description What is taken where nobody names a model: `provider/model` by task */
            defaultModels: {
              [key: string]: string;
            };
            /** @description Who made or edited a post may not be the one who approves it */
            forbidSelfApproval: boolean;
            /**
             * Format: uuid
             * @description UUID
             */
            id: string;
            /** @description A post that could not go out so long after its time expires instead */
            latestAfterDueMinutes: number;
            name: string;
          };
        };
      };
      default: components["responses"]["Problem400_2"];
    };
  };
  listWorkspaces: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; this is how it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            data: {
              /** @description This session works in it */
              current: boolean;
              /**
               * Format: uuid
               * @description UUID
               */
              id: string;
              name: string;
              /** @enum {string} */
              role: "owner" | "admin" | "editor" | "approver" | "viewer";
            }[];
            nextCursor: string | null;
          };
        };
      };
      default: components["responses"]["Problem401_2"];
    };
  };
}
