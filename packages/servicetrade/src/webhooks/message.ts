import { readChanges, type WebhookChange } from './changes.ts'
import { WebhookMessageError } from './message-error.ts'
import { own, parts, readPart } from './parts.ts'

/** What became of an entity. The three that are documented; the API may come to know others. */
export type WebhookAction = 'created' | 'updated' | 'deleted' | (string & {})

/** What an event is about. Its data is not in the message: ask the API for it. */
export interface WebhookEntity {
  /** `'job'`, `'appointment'`, … */
  readonly type: string
  readonly id: number
  readonly uri: string
}

export interface WebhookEvent {
  readonly action: WebhookAction
  /** When it happened, Unix seconds. */
  readonly timestamp: number
  /** Who did it; `null` if it was no user. */
  readonly userId: number | null
  readonly entity: WebhookEntity
  /** Empty unless the action is `'updated'`, the webhook includes changesets, and the API tracks what was changed. */
  readonly changes: readonly WebhookChange[]
}

/** A message as the API sends it to a webhook. Order is not guaranteed, and the same message may come twice. */
export interface WebhookMessage {
  /** The same in every delivery of the message. */
  readonly messageId: string
  /** When it was made, Unix seconds. */
  readonly timestamp: number
  readonly events: readonly WebhookEvent[]
}

const bodyTakes = 'a webhook message: its JSON, as text, bytes or parsed'

/**
 * Reads a delivery's body, parsed or not, in the shape that the vendor documents. Actions and entity types that are
 * not known are let through, and fields that are not known are left out. Values of changes are as the API sent them.
 *
 * @throws {WebhookMessageError} for anything that is no message
 */
export function readWebhookMessage(body: unknown): WebhookMessage {
  const message = readPart('body', parse(body), { takes: bodyTakes, read: parts.record.read })
  return {
    messageId: readPart('messageId', own(message, 'messageId'), parts.messageId),
    timestamp: readPart('timestamp', own(message, 'timestamp'), parts.seconds),
    events: readPart('data', own(message, 'data'), parts.array).map(readEvent),
  }
}

function readEvent(given: unknown, index: number): WebhookEvent {
  const part = `data[${index}]`
  const event = readPart(part, given, parts.record)
  const entity = readPart(`${part}.entity`, own(event, 'entity'), parts.record)
  const userId = own(event, 'userId') ?? null
  return {
    action: readPart(`${part}.action`, own(event, 'action'), parts.text),
    timestamp: readPart(`${part}.timestamp`, own(event, 'timestamp'), parts.seconds),
    userId: userId === null ? null : readPart(`${part}.userId`, userId, parts.id),
    entity: {
      type: readPart(`${part}.entity.type`, own(entity, 'type'), parts.text),
      id: readPart(`${part}.entity.id`, own(entity, 'id'), parts.id),
      uri: readPart(`${part}.entity.uri`, own(entity, 'uri'), parts.text),
    },
    changes: readChanges(`${part}.changeset`, own(event, 'changeset')),
  }
}

function parse(body: unknown): unknown {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body
  try {
    const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body)
    return JSON.parse(text) as unknown
  } catch {
    // The parser's error quotes the text.
    throw new WebhookMessageError('body', bodyTakes, body)
  }
}
