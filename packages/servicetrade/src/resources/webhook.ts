import type { WebhookSubscription } from '../webhooks/registration.ts'
import type { Resource } from './resource.ts'

/** `/webhook`: where messages about changes go. See {@link ensureWebhook}. */
export interface Webhook extends Resource {
  /** It cannot be changed. A secret, if its path holds one. */
  hookUrl: string
  enabled: boolean
  includeChangesets: boolean
  /** `null` is everything, an empty array nothing. */
  entityEvents: WebhookSubscription[] | null
  confirmed?: boolean
}
