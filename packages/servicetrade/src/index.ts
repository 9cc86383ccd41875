export type { AttachParams } from './files/attach.ts'
export type { AttachSource } from './files/content.ts'
export type { AttachFile, AttachPath, AttachValue } from './files/upload.ts'
export type { CallOptions } from './call-options.ts'
export type { List } from './lists/list.ts'
export { ServiceTradeError, type Validation } from './errors.ts'
export type { ExtraHeaders } from './headers.ts'
export {
  type ClientCredentials,
  type RefreshTokenCredentials,
  type ServiceTradeCredentials,
  serviceTradeDefaults,
  type ServiceTradeOptions,
  type ServiceTradeSettings,
  type SessionCredentials,
  type TokenCredentials,
} from './options.ts'
export type { Query } from './query.ts'
export type { Appointment, AppointmentRef, AppointmentStatus } from './resources/appointment.ts'
export type { Asset } from './resources/asset.ts'
export { type AttachmentPurposeId, attachmentPurposes } from './resources/attachment-purposes.ts'
export type { Attachment } from './resources/attachment.ts'
export type { Comment } from './resources/comment.ts'
export type { Company } from './resources/company.ts'
export type { Contact } from './resources/contact.ts'
export type { Deficiency, DeficiencySeverity, DeficiencyStatus } from './resources/deficiency.ts'
export { type EntityTypeId, entityTypes } from './resources/entity-types.ts'
export type { ExternalId } from './resources/external-id.ts'
export type { Heartbeat } from './resources/heartbeat.ts'
export type { History } from './resources/history.ts'
export type { Invoice, Payment, TaxRate } from './resources/invoice.ts'
export type { JobItem, LibItem, ServiceItem } from './resources/items.ts'
export type { Job, JobRef, JobStatus } from './resources/job.ts'
export type { ResourceLists } from './resources/lists.ts'
export type { Location, LocationStatus } from './resources/location.ts'
export type { ItemOf, ItemPath, ListPath, Page, ResourceOf, ResourcePath } from './resources/paths.ts'
export type { Quote, QuoteRequest } from './resources/quote.ts'
export type { Address, EntityRef, Money, Resource, ResourceRef, UnixSeconds } from './resources/resource.ts'
export type { ServiceLine } from './resources/service-line.ts'
export type { ServiceRequest, ServiceRequestStatus } from './resources/service-request.ts'
export type { Tag } from './resources/tag.ts'
export type { CurrentUser, SessionUser, User } from './resources/user.ts'
export type { Webhook } from './resources/webhook.ts'
export { ServiceTrade } from './service-trade.ts'
export type { ServiceTradeCalls } from './service-trade-calls.ts'
export { OAuth2Authenticator, type OAuth2AuthenticatorOptions } from './authenticators/oauth2-authenticator.ts'
export { SessionAuthenticator, type SessionAuthenticatorOptions } from './authenticators/session-authenticator.ts'
export { type Pace, paceDefaults } from './paced-server-time.ts'
export { TokenAuthenticator, type TokenAuthenticatorOptions } from './authenticators/token-authenticator.ts'
export type { WebhookChange } from './webhooks/changes.ts'
export { type EnsuredWebhook, ensureWebhook } from './webhooks/ensure-webhook.ts'
export { WebhookInbox, type WebhookStatus } from './webhooks/inbox.ts'
export {
  type WebhookAcceptance,
  type WebhookFailure,
  webhookInboxDefaults,
  type WebhookInboxOptions,
  type WebhookWork,
} from './webhooks/inbox-options.ts'
export {
  readWebhookMessage,
  type WebhookAction,
  type WebhookEntity,
  type WebhookEvent,
  type WebhookMessage,
} from './webhooks/message.ts'
export { WebhookMessageError } from './webhooks/message-error.ts'
export type { WebhookRegistration, WebhookSubscription } from './webhooks/registration.ts'
export { secretMatcher } from './webhooks/secret-matcher.ts'
export { interruptTimes, type ScriptContext, withServiceTrade } from './with-service-trade.ts'
