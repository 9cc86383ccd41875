export type { AttachFile, AttachParams } from './files/attach.ts'
export type { CallOptions } from './call-options.ts'
export { ServiceTradeError, type Validation } from './errors.ts'
export {
  type ServiceTradeCredentials,
  serviceTradeDefaults,
  type ServiceTradeOptions,
  type ServiceTradeSettings,
  type SessionCredentials,
} from './options.ts'
export type { Query } from './query.ts'
export { ServiceTrade } from './service-trade.ts'
export type { ServiceTradeCalls } from './service-trade-calls.ts'
export { SessionAuthenticator, type SessionAuthenticatorOptions } from './authenticators/session-authenticator.ts'
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
