import { randomUUID } from 'node:crypto'
import type { Account } from '../accounts.ts'
import type { EntityEvents, Webhook } from '../resources/entities.ts'
import type { Change } from '../resources/journal.ts'
import { entityTypes, firingTypes } from '../resources/kinds.ts'

interface Style {
  /** When the message is made, epoch ms. */
  readonly now: number
  readonly objectChangesets: boolean
}

/** What a webhook is told of one write, as JSON; `undefined` if it is not interested. */
export function messageFor(
  { enabled, entityEvents, includeChangesets }: Webhook,
  { db }: Account,
  changes: readonly Change[],
  userId: number | null,
  { now, objectChangesets }: Style,
): string | undefined {
  const wanted = enabled ? changes.filter((change) => isWanted(change, entityEvents)) : []
  if (wanted.length === 0) return undefined
  const data = wanted.map(({ action, kind, id, at, changeset }) => ({
    action,
    timestamp: at,
    userId,
    entity: { type: kind, id, uri: db.uri(kind, id) },
    ...(action === 'updated' &&
      includeChangesets && { changeset: objectChangesets ? Object.assign({}, changeset) : changeset }),
  }))
  // The vendor writes the time of the message as a string, those of the events as numbers.
  return JSON.stringify({ messageId: randomUUID(), timestamp: String(Math.floor(now / 1000)), data })
}

function isWanted({ kind, action }: Change, entityEvents: readonly EntityEvents[] | null): boolean {
  const type = entityTypes[kind]
  if (!firingTypes.includes(type)) return false
  return entityEvents?.some((events) => events.entityType === type && events.actions.includes(action)) ?? true
}
