import type { Authenticator } from '../authenticator.ts'
import type { Authenticating } from './authenticating.ts'
import type { Background } from './background.ts'
import type { Clock } from '../time/clock.ts'
import type { LoginBudget } from '../rules/rules.ts'
import type { TokenStore } from '../token-store.ts'

/** The settings of a session, checked and complete. */
export interface Settings {
  readonly loginTimeout: number
  readonly leaseTime: number
  readonly loginBudget: LoginBudget
  readonly maxWait: number
  readonly maxReplays: number
  readonly refreshAhead: number
  readonly storeTimeout: number
  readonly storeFailure: 'continue' | 'fail'
}

/** What the parts of one session have in common. */
export interface Parts {
  readonly authenticator: Authenticator
  readonly store: TokenStore
  readonly settings: Settings
  readonly clock: Clock
  readonly authenticating: Authenticating
  readonly background: Background
}
