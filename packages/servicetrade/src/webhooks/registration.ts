import { kinds, type OptionKind } from '@latchkey/core'
import { isRecord } from '../envelope.ts'

const actions = ['created', 'updated', 'deleted'] as const

/** What a webhook is told of one kind of entity. */
export interface WebhookSubscription {
  /** 3 job, 5 company, 11 location, 16 appointment, … */
  readonly entityType: number
  readonly actions: readonly (typeof actions)[number][]
}

export interface WebhookRegistration {
  /** Where messages go, without user, query and fragment. Its path holds the secret: see {@link secretMatcher}. */
  hookUrl: string | URL
  /** Whether updates tell what was changed. Default true. */
  includeChangesets?: boolean | undefined
  /** `null`: of everything. Default `null`. */
  entityEvents?: readonly WebhookSubscription[] | null | undefined
}

export interface WebhookSettings {
  readonly enabled: boolean
  readonly includeChangesets: boolean
  readonly entityEvents: readonly WebhookSubscription[] | null
}

const isSubscription = (value: unknown): boolean =>
  isRecord(value) &&
  Number.isSafeInteger(value['entityType']) &&
  Array.isArray(value['actions']) &&
  value['actions'].every((one) => actions.includes(one))

export const registrationKinds = {
  hookUrl: {
    ...kinds.url(),
    read: (value: unknown) => kinds.url().read(value)?.href,
  } satisfies OptionKind<string>,
  includeChangesets: kinds.flag(),
  entityEvents: {
    takes: `null or an array of { entityType, actions }: a type's number, and some of ${actions.join(', ')}`,
    read: (value: unknown) =>
      value === null || (Array.isArray(value) && value.every(isSubscription))
        ? (value as readonly WebhookSubscription[] | null)
        : undefined,
  } satisfies OptionKind<readonly WebhookSubscription[] | null>,
}

/** Whether the two are the same in effect, in whatever order. What the API leaves out is not known to be so. */
export function isAsWanted(actual: Partial<WebhookSettings>, wanted: WebhookSettings): boolean {
  return (
    actual.enabled === wanted.enabled &&
    actual.includeChangesets === wanted.includeChangesets &&
    summaryOf(actual.entityEvents) === summaryOf(wanted.entityEvents)
  )
}

function summaryOf(events: WebhookSettings['entityEvents'] | undefined): string {
  if (!Array.isArray(events)) return String(events)
  const all = (events as WebhookSubscription[]).flatMap(({ entityType, actions: some }) =>
    some.map((action) => `${entityType} ${action}`),
  )
  return `[${Array.from(new Set(all)).toSorted().join()}]`
}
