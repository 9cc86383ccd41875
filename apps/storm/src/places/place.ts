import type { RedisPlace } from './redis.ts'

/** What a worker needs to know to open its store. It comes over the channel: a URL may hold a password. */
export type WorkerStore =
  | { readonly kind: 'memory' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'redis'; readonly url: string; readonly by: 'url' | 'client'; readonly isTemporary: boolean }
  | { readonly kind: 'redis-cluster'; readonly nodes: readonly Address[] }
  | { readonly kind: 'redis-sentinel'; readonly sentinels: readonly Address[]; readonly name: string }

export interface Address {
  readonly host: string
  readonly port: number
}

/** Where the workers' store is. */
export interface Place {
  /** The way of the worker with this number to it. */
  storeOf(number: number): WorkerStore
  /** Whether the session is of no use to anybody after the storm. */
  readonly isTemporary: boolean
  /** Redis servers that the storm has power over. */
  readonly redis?: RedisPlace
  remove(): unknown
}
