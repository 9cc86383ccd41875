import type { EntityEvents, Webhook } from './entities.ts'
import { type Field, flag, nullable } from './fields.ts'
import type { Action } from './journal.ts'
import { firingTypes } from './kinds.ts'
import type { Resource } from './resource.ts'

const url: Field<string> = {
  takes: 'an http or https URL',
  read: (value) =>
    typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined,
}

const actions: readonly Action[] = ['created', 'updated', 'deleted']

const entityEvents: Field<EntityEvents[]> = {
  takes: `an array of {entityType, actions}: a type among ${firingTypes.join(', ')}, some of ${actions.join(', ')}`,
  read: (value) => (Array.isArray(value) && value.every(isEvents) ? value : undefined),
}

function isEvents(value: unknown): value is EntityEvents {
  const { entityType, actions: given } = Object(value) as Record<string, unknown>
  return firingTypes.includes(entityType as number) && Array.isArray(given) && given.every((one) => isAction(one))
}

const isAction = (value: unknown): boolean => actions.includes(value as Action)

type NewWebhook = Pick<Webhook, 'hookUrl'> & Partial<Webhook>

export const webhook: Resource<Webhook> = {
  kind: 'webhook',
  key: 'webhooks',
  limit: { default: 100, max: 2000 },
  fields: { hookUrl: url, enabled: flag, includeChangesets: flag, entityEvents: nullable(entityEvents) },
  required: ['hookUrl'],
  fixed: ['hookUrl'],
  filters: {},
  create: (fields, { db }) => {
    const created = db.webhook.insert({
      enabled: true,
      confirmed: false,
      includeChangesets: false,
      entityEvents: null,
      ...(fields as NewWebhook),
    })
    // As seen live: the answer to the POST says false, any later one true, whether or not somebody listens.
    queueMicrotask(() => {
      created.confirmed = true
    })
    return created
  },
  update: (one, fields, { db }) => {
    db.webhook.update(one, fields)
  },
  remove: (one, { db }) => db.webhook.remove(one),
  render: (one, db) => ({ uri: db.uri('webhook', one.id), ...one }),
}
