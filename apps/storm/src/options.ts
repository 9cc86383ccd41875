import type { FaultOrder } from './faults/order.ts'

/** Where the session is shared. A file without a path, and a Redis without a URL, are made for this storm alone. */
export type StorePlan =
  | { readonly kind: 'memory' }
  | { readonly kind: 'file'; readonly path?: string }
  | { readonly kind: 'redis'; readonly topology: RedisTopology }
  | { readonly kind: 'redis'; readonly topology: 'given'; readonly url: string }

export type RedisTopology = 'server' | 'cluster' | 'sentinel'

export interface FaultPlan {
  /** Struck one after the other, in this order. */
  readonly orders: readonly FaultOrder[]
  /** So many more, drawn at random. */
  readonly random: number
  /** Repeats the random ones. */
  readonly seed: number
  /** How long all go on after the last fault, ms, before what is left over is counted. */
  readonly settling: number
}

export interface StormOptions {
  readonly processes: number
  /** Requests that each process keeps going. */
  readonly loops: number
  /** Between two requests of a loop, ms. */
  readonly pause: number
  readonly seconds: number
  readonly resets: number
  /** At how many of the resets the process that logs in is killed. */
  readonly kills: number
  readonly store: StorePlan
  readonly faults: FaultPlan
  /** A real server. Default: an emulator is started. */
  readonly server?: { readonly baseUrl: string; readonly username: string; readonly password: string }
  readonly output: 'live' | 'plain' | 'json'
}
