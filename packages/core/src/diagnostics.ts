import { channel, tracingChannel } from 'node:diagnostics_channel'
import type { HoldReason } from './rules/state.ts'

/** Why a login was needed. */
export type LoginReason = 'first' | 'reset' | 'expired' | 'refresh' | 'takeover'

/** On `tracing:latchkey:login:*`: one trace per login, with `error` set where it fails. */
export interface LoginEvent {
  readonly subject: string
  /** The flight: random, the same for all that concerns this login. */
  readonly owner: string
  readonly reason: LoginReason
  /** Logins that started within the budget's window, this one included, across all who share the store. */
  readonly recentLogins: number
  /** The new grant's generation, once it is published; `undefined` before, or if another was first. */
  generation?: number
  /** Why it failed. */
  error?: unknown
}

/** On `latchkey:adopt`: a grant that another process published is used from now on. */
export interface AdoptEvent {
  readonly subject: string
  readonly generation: number
  /** How long ago the grant was published, ms. */
  readonly age: number
}

/** On `latchkey:reset`: this process met the end of a grant. */
export interface ResetEvent {
  readonly subject: string
  readonly generation: number
  /** How old the grant was, ms. */
  readonly age: number
  /** Whether a request of this process was ever served with it. */
  readonly worked: boolean
  /**
   * Logins that this session's processes started within the budget's window. A grant that ends early with
   * few of them was crowded out by somebody else's logins. `undefined` while the store is out of reach.
   */
  readonly recentLogins: number | undefined
}

/** On `latchkey:replay`: a request is sent again with a new grant. */
export interface ReplayEvent {
  readonly subject: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Which replay of this request it is, from 1. */
  readonly replay: number
  readonly generation: number
}

/** On `latchkey:hold`: no login will start for a while. */
export interface HoldEvent {
  readonly subject: string
  /** `budget`: the session's own login budget is spent. */
  readonly reason: HoldReason | 'budget'
  /** ms */
  readonly remaining: number
}

/**
 * On `latchkey:store`. `unavailable`: an operation failed; `outage`: this process goes on without the
 * store; `recovered`: it is back; `set-aside`: bad data was found and moved out of the way;
 * `background`: upkeep that nobody waits for failed, and will be tried again when it matters.
 */
export interface StoreEvent {
  readonly subject: string | undefined
  readonly event: 'unavailable' | 'outage' | 'recovered' | 'set-aside' | 'background'
  readonly error?: unknown
  /** What was wrong with the data. */
  readonly reason?: string
  /** Which file was set aside, where the store is one. */
  readonly path?: string
}

/** On `latchkey:logout`: a grant was ended on the server, or that failed with `error`. */
export interface LogoutEvent {
  readonly subject: string
  /** `unpublished`: a login that came too late to count, so nobody ever used its grant. */
  readonly reason: 'requested' | 'unpublished'
  readonly error?: unknown
}

/** The channels and what is published on them. Payloads carry no secrets. */
export interface LatchkeyChannels {
  'latchkey:adopt': AdoptEvent
  'latchkey:reset': ResetEvent
  'latchkey:replay': ReplayEvent
  'latchkey:hold': HoldEvent
  'latchkey:logout': LogoutEvent
  'latchkey:store': StoreEvent
}

const channels = {
  'latchkey:adopt': channel('latchkey:adopt'),
  'latchkey:reset': channel('latchkey:reset'),
  'latchkey:replay': channel('latchkey:replay'),
  'latchkey:hold': channel('latchkey:hold'),
  'latchkey:logout': channel('latchkey:logout'),
  'latchkey:store': channel('latchkey:store'),
}

export const loginChannel = tracingChannel<unknown, LoginEvent>('latchkey:login')

/** Calls `build` only if somebody listens. */
export function publish<N extends keyof LatchkeyChannels>(name: N, build: () => LatchkeyChannels[N]): void {
  if (channels[name].hasSubscribers) channels[name].publish(build())
}
