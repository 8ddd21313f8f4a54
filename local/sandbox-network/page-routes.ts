import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { channelByHandle, channelsOf } from "./accounts.ts";
import { html, type Markup } from "./html.ts";
import { metricsAt } from "./metrics-at.ts";
import type { Network } from "./network.ts";
import { avatar, chooseScript, page, styleSheet } from "./page.ts";
import { parse } from "./parse.ts";
import { postPath } from "./post-path.ts";
import { Refusal } from "./refusal.ts";
import type { Channel, Post } from "./state.ts";
import { send } from "./with-fault.ts";

const feedLength = 30;

const FeedQuery = z.object({ before: z.coerce.number().int().min(0).optional() });

/** The network as its public sees it in a browser. */
export function addPageRoutes(app: FastifyInstance, { network }: { network: Network }): void {
  app.get("/", (request, reply) => {
    const { before } = parse(FeedQuery, request.query);
    const intro = html`<section class="card">
      <h1>Latest posts</h1>
      <p class="soft">
        A small social network on this machine. Nothing here leaves it.
        ${[...network.state.users.keys()]
          .slice(0, 12)
          .map((name) => html`<a href="/@${name}">@${name}</a> `)}
      </p>
    </section>`;
    return send(
      reply,
      page({
        title: "Latest posts",
        body: html`${intro}${feed({ network, before, at: "/", only: undefined })}`,
      }),
    );
  });

  app.get<{ Params: { user: string; page?: string } }>("/@:user", (request, reply) =>
    send(reply, channelPage({ network, handle: request.params.user, query: request.query })),
  );
  app.get<{ Params: { user: string; page: string } }>("/@:user/:page", (request, reply) =>
    send(
      reply,
      channelPage({
        network,
        handle: `${request.params.user}/${request.params.page}`,
        query: request.query,
      }),
    ),
  );

  app.get<{ Params: { id: string } }>("/posts/:id", (request, reply) =>
    send(reply, postPage({ network, id: request.params.id, handle: undefined })),
  );
  app.get<{ Params: { user: string; id: string } }>("/@:user/posts/:id", (request, reply) => {
    const { user, id } = request.params;
    return send(reply, postPage({ network, id, handle: user }));
  });
  app.get<{ Params: { user: string; page: string; id: string } }>(
    "/@:user/:page/posts/:id",
    (request, reply) => {
      const { user, page: name, id } = request.params;
      return send(reply, postPage({ network, id, handle: `${user}/${name}` }));
    },
  );

  app.get<{ Params: { file: string } }>("/avatars/:file", (request, reply) => {
    const channel = network.state.channels.get(request.params.file.replace(/\.svg$/, ""));
    if (channel === undefined) throw notFound("There is no such picture.");
    return send(reply, { status: 200, body: avatar(channel), headers: svgHeaders });
  });

  app.get("/icon.svg", (_request, reply) =>
    send(reply, { status: 200, body: avatar({ id: "network", name: "S" }), headers: svgHeaders }),
  );
  app.get("/favicon.ico", (_request, reply) =>
    send(reply, { status: 301, headers: { location: "/icon.svg" } }),
  );
  app.get("/choose.js", (_request, reply) =>
    send(reply, {
      status: 200,
      body: chooseScript,
      headers: {
        "content-type": "text/javascript; charset=utf-8",
        "x-content-type-options": "nosniff",
      },
    }),
  );
  app.get("/style.css", (_request, reply) =>
    send(reply, {
      status: 200,
      body: styleSheet,
      headers: { "content-type": "text/css; charset=utf-8", "x-content-type-options": "nosniff" },
    }),
  );
}

const svgHeaders = {
  "content-type": "image/svg+xml; charset=utf-8",
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
};

function channelPage(input: { network: Network; handle: string; query: unknown }) {
  const { network, handle } = input;
  const channel = channelByHandle({ network, handle });
  if (channel === undefined) throw notFound(`There is nobody called @${handle} here.`);
  const { before } = parse(FeedQuery, input.query);
  const others = channelsOf({ network, user: channel.user }).filter(
    (other) => other.id !== channel.id,
  );
  const head = html`<section class="card">
    ${who(channel)}
    <p class="soft">
      ${channel.kind === "page" ? "A page" : "A profile"}.
      ${others.map((other) => html`<a href="/@${other.handle}">@${other.handle}</a> `)}
    </p>
  </section>`;
  return page({
    title: channel.name,
    body: html`${head}${feed({ network, before, at: `/@${channel.handle}`, only: channel.id })}`,
  });
}

/** One post, above it what it replies to, below it the replies to it. */
function postPage(input: { network: Network; id: string; handle: string | undefined }) {
  const { network, id, handle } = input;
  const post = shownPost({ network, id });
  const channel = post && network.state.channels.get(post.channelId);
  if (post === undefined || (handle !== undefined && channel?.handle !== handle))
    throw notFound("There is no such post.");
  const above = post.replyTo === null ? undefined : shownPost({ network, id: post.replyTo });
  const below = (network.state.replies.get(id) ?? []).flatMap(
    (reply) => shownPost({ network, id: reply }) ?? [],
  );
  return page({
    title: `Post of ${channel?.name ?? post.account}`,
    body: html`${above && card({ network, post: above })}${card({ network, post })}
    ${below.map((reply) => card({ network, post: reply }))}`,
  });
}

/** Undefined when there is none, or none any more. */
function shownPost(input: { network: Network; id: string }): Post | undefined {
  const post = input.network.state.posts.get(input.id);
  return post?.deletedAt === undefined ? post : undefined;
}

function feed(input: {
  network: Network;
  before: number | undefined;
  at: string;
  only: string | undefined;
}): Markup {
  const { log, posts } = input.network.state;
  const shown: Post[] = [];
  let place = Math.min(input.before ?? log.length, log.length);
  while (place > 0 && shown.length < feedLength) {
    place -= 1;
    const post = log[place];
    if (post === undefined || posts.get(post.id)?.deletedAt !== undefined) continue;
    if (input.only === undefined || post.channelId === input.only) shown.push(post);
  }
  if (shown.length === 0)
    return html`<section class="card"><p class="soft">No posts yet.</p></section>`;
  return html`${shown.map((post) => card({ network: input.network, post }))}
  ${place > 0 && html`<p><a href="${input.at}?before=${place}" rel="next">Older posts</a></p>`}`;
}

function card(input: { network: Network; post: Post }): Markup {
  const { network, post } = input;
  const channel = network.state.channels.get(post.channelId);
  const { views, likes, comments } = metricsAt(
    { id: post.id, acceptedAt: new Date(post.acceptedAt) },
    network.now(),
  );
  return html`<article class="card">
    ${channel && who(channel)} ${post.replyTo !== null && repliesTo({ network, id: post.replyTo })}
    <p class="text">${post.text}</p>
    ${
      post.media.length > 0 &&
      html`<div class="media">
        ${post.media.map((media) =>
          media.kind === "image"
            ? html`<img src="/media/${media.id}" alt="${media.altText ?? ""}" loading="lazy" />`
            : html`<video
                src="/media/${media.id}"
                controls
                preload="metadata"
                aria-label="${media.altText ?? "Video"}"
              ></video>`,
        )}
      </div>`
    }
    ${post.aiGenerated && html`<p class="soft">Made with AI</p>`}
    <p class="soft">
      <a href="${postPath({ network, post })}"
        ><time datetime="${post.acceptedAt}"
          >${post.acceptedAt.slice(0, 16).replace("T", " ")} UTC</time
        ></a
      >
      · ${views} views · ${likes} likes · ${comments} comments
    </p>
  </article>`;
}

function repliesTo(input: { network: Network; id: string }): Markup {
  const parent = shownPost(input);
  return parent === undefined
    ? html`<p class="soft">Reply to a post that was deleted</p>`
    : html`<p class="soft">
        Reply to <a href="${postPath({ network: input.network, post: parent })}">this post</a>
      </p>`;
}

function who(channel: Channel): Markup {
  return html`<p class="who">
    <img src="/avatars/${channel.id}.svg" alt="" /><span
      ><a href="/@${channel.handle}">${channel.name}</a><br /><span class="soft"
        >@${channel.handle}</span
      ></span
    >
  </p>`;
}

function notFound(message: string): Refusal {
  return new Refusal(message, { status: 404, code: "not_found" });
}
