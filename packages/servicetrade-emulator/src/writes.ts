import type { Context } from './resources/resource.ts'
import type { State } from './state.ts'

/** Lets one write happen, and tells the webhooks of its account what it did. All of it is one message to each. */
export function write<T>({ webhooks }: State, { account, userId }: Context, act: () => T): T {
  const { result, changes } = account.db.journal.record(act)
  webhooks.publish(account, changes, userId)
  return result
}
