/** One fault as it is to be: what, for how long, and whether the session is reset in the middle of it. */
export interface FaultOrder {
  readonly name: FaultName
  /** ms */
  readonly time: number
  readonly reset: boolean
}

/** What a fault needs that it can be struck at. */
export type Target = 'login' | 'worker' | 'server' | 'redis' | 'network' | 'primary'

export interface FaultTraits {
  readonly target: Target
  /** How long it lasts, ms, where that is drawn at random. */
  readonly times: readonly [least: number, most: number]
  /** Whether a reset belongs to it, or may come in the middle of it. */
  readonly reset: 'always' | 'sometimes' | 'never'
  readonly what: string
}

/** Every fault there is. How each is struck stands in `strike.ts`. */
export const faults = {
  'login-kill': { target: 'login', times: [0, 0], reset: 'always', what: 'who is logging in is killed' },
  'login-freeze': { target: 'login', times: [500, 3_000], reset: 'always', what: 'who is logging in is frozen' },
  'login-slow': { target: 'server', times: [1_500, 4_000], reset: 'always', what: 'logins take so long' },
  'login-error': { target: 'server', times: [0, 0], reset: 'always', what: 'two logins are answered 502' },
  'login-throttle': { target: 'server', times: [1_000, 2_000], reset: 'always', what: 'logins are throttled' },
  'session-prune': { target: 'server', times: [0, 0], reset: 'never', what: 'others log in past the hard cap' },
  'worker-kill': { target: 'worker', times: [0, 0], reset: 'sometimes', what: 'a process is killed and replaced' },
  'worker-freeze': { target: 'worker', times: [200, 4_000], reset: 'sometimes', what: 'a process is frozen' },
  'redis-freeze': { target: 'redis', times: [200, 5_000], reset: 'sometimes', what: 'Redis is frozen' },
  'redis-kill': {
    target: 'redis',
    times: [200, 6_000],
    reset: 'sometimes',
    what: 'Redis is dead, and comes back empty',
  },
  'redis-flush': { target: 'redis', times: [0, 500], reset: 'sometimes', what: 'Redis loses its data' },
  'redis-failover': { target: 'primary', times: [0, 1_000], reset: 'sometimes', what: 'the replica takes over' },
  'network-cut': { target: 'network', times: [200, 5_000], reset: 'sometimes', what: 'some are cut off from Redis' },
  'network-hang': { target: 'network', times: [200, 5_000], reset: 'sometimes', what: 'packets of some go nowhere' },
  'reply-loss': { target: 'network', times: [200, 3_000], reset: 'always', what: 'replies of Redis to some are lost' },
} as const satisfies Record<string, FaultTraits>

export type FaultName = keyof typeof faults

export const faultNames = Object.keys(faults) as FaultName[]

export function traitsOf(name: FaultName): FaultTraits {
  return faults[name]
}
