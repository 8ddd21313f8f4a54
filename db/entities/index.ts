import { User } from "./user.ts";
import { Workspace } from "./workspace.ts";
import { WorkspaceDetails } from "./workspace-details.ts";
import { Member } from "./member.ts";
import { Invitation } from "./invitation.ts";
import { Session } from "./session.ts";
import { ApiKey } from "./api-key.ts";
import { ApiKeyDetails } from "./api-key-details.ts";
import { OauthState } from "./oauth-state.ts";
import { IdempotencyRecord } from "./idempotency-record.ts";
import { Connection } from "./connection.ts";
import { RateUse } from "./rate-use.ts";
import { Channel } from "./channel.ts";
import { Asset } from "./asset.ts";
import { Rendition } from "./rendition.ts";
import { Upload } from "./upload.ts";
import { Generation } from "./generation.ts";
import { GenerationCall } from "./generation-call.ts";
import { Post } from "./post.ts";
import { Target } from "./target.ts";
import { Delivery } from "./delivery.ts";
import { DeliveryAttempt } from "./delivery-attempt.ts";
import { Approval } from "./approval.ts";
import { Agent } from "./agent.ts";
import { Run } from "./run.ts";
import { Step } from "./step.ts";
import { MetricSnapshot } from "./metric-snapshot.ts";
import { CreditEntry } from "./credit-entry.ts";
import { AuditEvent } from "./audit-event.ts";
import { Event } from "./event.ts";
import { Outbox } from "./outbox.ts";
import { Throttle } from "./throttle.ts";
import { Notification } from "./notification.ts";
import { NotificationSettings } from "./notification-settings.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";
import { WebhookEndpoint } from "./webhook-endpoint.ts";
import { Series } from "./series.ts";
import { Payment } from "./payment.ts";
import { Queue } from "./queue.ts";
import { QueueClaim } from "./queue-claim.ts";
import { ExpiredObject } from "./expired-object.ts";
import { RetentionTally } from "./retention-tally.ts";
import { ProviderCredentials } from "./provider-credentials.ts";

/** Every entity, for the ORM. */
export const entities = [
  User,
  Workspace,
  WorkspaceDetails,
  Member,
  Invitation,
  Session,
  ApiKey,
  ApiKeyDetails,
  OauthState,
  IdempotencyRecord,
  Connection,
  RateUse,
  Channel,
  Asset,
  Rendition,
  Upload,
  Generation,
  GenerationCall,
  Post,
  Target,
  Delivery,
  DeliveryAttempt,
  Approval,
  Agent,
  Run,
  Step,
  MetricSnapshot,
  CreditEntry,
  Payment,
  AuditEvent,
  Event,
  Outbox,
  Throttle,
  WebhookEndpoint,
  WebhookDelivery,
  Notification,
  NotificationSettings,
  Series,
  Queue,
  QueueClaim,
  ExpiredObject,
  RetentionTally,
  ProviderCredentials,
];

export {
  User,
  Workspace,
  WorkspaceDetails,
  Member,
  Invitation,
  Session,
  ApiKey,
  ApiKeyDetails,
  OauthState,
  IdempotencyRecord,
  Connection,
  RateUse,
  Channel,
  Asset,
  Rendition,
  Upload,
  Generation,
  GenerationCall,
  Post,
  Target,
  Delivery,
  DeliveryAttempt,
  Approval,
  Agent,
  Run,
  Step,
  MetricSnapshot,
  CreditEntry,
  Payment,
  AuditEvent,
  Event,
  Outbox,
  Throttle,
  WebhookEndpoint,
  WebhookDelivery,
  Notification,
  NotificationSettings,
  Series,
  Queue,
  QueueClaim,
  ExpiredObject,
  RetentionTally,
  ProviderCredentials,
};
