import type { SessionTuning } from '@latchkey/core'
import type { WorkerStore } from './places/place.ts'
import type { Tally } from './tally.ts'

/** What a worker needs to know. It comes over the channel: others can read arguments and environments. */
export interface WorkerSettings {
  readonly baseUrl: string
  readonly username: string
  readonly password: string
  readonly userAgent: string
  readonly store: WorkerStore
  readonly tuning: SessionTuning
  readonly loops: number
  /** Between two requests of one loop, ms. */
  readonly pause: number
  readonly readOnly: boolean
  /** What the worker's wall clock shows beside the true time, ms. */
  readonly clockError: number
}

export type Order =
  | { readonly type: 'start'; readonly settings: WorkerSettings; readonly mark: number }
  /** Counts from now on towards this mark. */
  | { readonly type: 'mark'; readonly mark: number }
  /** Begin nothing more. Everybody stops before anybody leaves: a logout is for all who share the session. */
  | { readonly type: 'stop' }
  | { readonly type: 'leave'; readonly logout: boolean }

/** Sent at intervals: the storm measures the session, not the channel. */
export interface Report {
  readonly type: 'report'
  readonly tally: Tally
  readonly mark: number
  /** Requests that began after the mark and were served. */
  readonly servedSinceMark: number
  readonly storeOperationsSinceMark: number
  /** The longest that a request took which ended after the mark, ms. */
  readonly slowestSinceMark: number
}

export type Message =
  | { readonly type: 'ready' }
  /** At once: whoever is to be killed while it logs in has to be known by then. */
  | { readonly type: 'login'; readonly underWay: boolean }
  | { readonly type: 'stopped' }
  | Report
