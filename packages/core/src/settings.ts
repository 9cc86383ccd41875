import { kinds, readOptions } from './options.ts'
import type { Settings } from './login/parts.ts'

/** What a session does where its options are silent. Times in ms. */
export const sessionDefaults = {
  loginTimeout: 30_000,
  leaseTime: 5_000,
  loginBudget: { limit: 10, window: 60_000 },
  maxWait: 60_000,
  maxReplays: 2,
  refreshAhead: 300_000,
  storeTimeout: 500,
  storeFailure: 'continue',
} as const satisfies Settings

export interface SessionTuning {
  /** How long one login may take, ms. Default 30,000. */
  loginTimeout?: number | undefined
  /** How long the process that logs in may give no sign of life before another takes over, ms. Default 5,000. */
  leaseTime?: number | undefined
  /** How many logins may start per window (ms), across all who share the store. Default 10 in 60,000. */
  loginBudget?: { limit?: number | undefined; window?: number | undefined } | undefined
  /** How long a request waits for a session before it fails, ms. Default 60,000. */
  maxWait?: number | undefined
  /** How often one request is sent again after a reset; then the server's own answer is returned. Default 2. */
  maxReplays?: number | undefined
  /** How long before its known expiry a grant is refreshed, ms; at most a fifth of its life. 0: not at all. Default 300,000. */
  refreshAhead?: number | undefined
  /** How long one operation of the store may take, ms. Default 500. */
  storeTimeout?: number | undefined
  /**
   * What happens once the store has been out of reach for some seconds and a login is needed. `'continue'`:
   * this process goes on with a session of its own, under a budget of its own, and joins the others when
   * the store is back. `'fail'`: a {@link TokenStoreError}. Default `'continue'`.
   */
  storeFailure?: 'continue' | 'fail' | undefined
}

export const tuningKinds = {
  loginTimeout: kinds.duration({ min: 1 }),
  leaseTime: kinds.duration({ min: 100 }),
  loginBudget: { takes: 'an object with limit and window', read: (value: unknown) => readBudget(value) },
  maxWait: kinds.duration({ min: 1 }),
  maxReplays: kinds.wholeNumber(),
  refreshAhead: kinds.duration(),
  storeTimeout: kinds.duration({ min: 1 }),
  storeFailure: kinds.oneOf('continue', 'fail'),
}

export function withDefaults(tuning: { readonly [N in keyof Settings]?: Settings[N] | undefined }): Settings {
  const given = Object.entries(tuning).filter(([, value]) => value !== undefined)
  // One and the same for all sessions that are not tuned, of which a process may have many.
  return given.length === 0 ? sessionDefaults : Object.freeze({ ...sessionDefaults, ...Object.fromEntries(given) })
}

const budgetKinds = {
  limit: kinds.wholeNumber({ min: 1 }),
  window: kinds.duration({ min: 1 }),
}

function readBudget(value: unknown): Settings['loginBudget'] {
  const { limit, window } = readOptions('loginBudget', value, budgetKinds, 'loginBudget.')
  const { loginBudget } = sessionDefaults
  return Object.freeze({ limit: limit ?? loginBudget.limit, window: window ?? loginBudget.window })
}
