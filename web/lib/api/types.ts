/** The API's shapes by their names in the console, taken from its description. */
import type { paths } from "./schema.ts";

type Json<Answer> = Answer extends { content: { "application/json": infer Body } } ? Body : never;
type Answered<Operation, Status extends number> = Operation extends {
  responses: Record<Status, infer Answer>;
}
  ? Json<Answer>
  : never;

export type Post = Answered<paths["/v1/posts/{id}"]["get"], 200>;
export type Target = Post["targets"][number];
export type Metrics = Answered<paths["/v1/posts/{id}/metrics"]["get"], 200>["data"][number];
export type Run = Answered<paths["/v1/runs"]["get"], 200>["data"][number];
export type RunWithSteps = Answered<paths["/v1/runs/{id}"]["get"], 200>;
export type Step = RunWithSteps["steps"][number];
export type Agent = Answered<paths["/v1/agents/{id}"]["get"], 200>;
export type NewAgent = NonNullable<
  paths["/v1/agents"]["post"]["requestBody"]
>["content"]["application/json"];
export type Connection = Answered<paths["/v1/connections"]["get"], 200>["data"][number];
export type Channel = Answered<paths["/v1/connections/{id}/channels"]["get"], 200>["data"][number];
export type Platform = Answered<paths["/v1/platforms"]["get"], 200>["data"][number];
export type ApiKey = Answered<paths["/v1/api-keys"]["get"], 200>["data"][number];
export type Rendition = Answered<paths["/v1/assets/{id}/renditions"]["get"], 200>["data"][number];
export type Need = Answered<paths["/v1/needs-you"]["get"], 200>["data"][number];
export type PostHistory = Answered<paths["/v1/posts/{id}/history"]["get"], 200>;
export type Attempt = PostHistory["attempts"][number];
export type Notice = Answered<paths["/v1/notifications"]["get"], 200>["data"][number];
export type NotificationSettings = Answered<paths["/v1/notification-settings"]["get"], 200>;
