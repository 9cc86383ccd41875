import { RedisTokenStore } from '@latchkey/store-redis'
import { Cluster } from 'ioredis'

/** Where a store is: all that another process needs to open it, too. */
export type Place = { readonly prefix: string } & (
  | { readonly url: string }
  | { readonly cluster: readonly { readonly host: string; readonly port: number }[] }
)

/** Processes that start all at once on a busy machine take their time, ms, and here that is no outage. */
const timeout = 3_000

export function open(place: string): RedisTokenStore {
  const where = JSON.parse(place) as Place
  const { prefix } = where
  if ('url' in where) return new RedisTokenStore({ url: where.url, prefix, timeout })
  const client = new Cluster([...where.cluster]).on('error', () => {})
  const store = new RedisTokenStore({ client, prefix, timeout })
  // The client is the user's, and here the user goes with the store.
  const close = store.close.bind(store)
  store.close = async () => {
    await close()
    client.disconnect()
  }
  return store
}
