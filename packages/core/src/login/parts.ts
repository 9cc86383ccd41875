import type { Authenticator, AuthenticatorContext } from '../authenticator.ts'
import type { Clock } from '../time/clock.ts'
import { formatVersion } from '../rules/codec.ts'
import type { LoginBudget } from '../rules/rules.ts'

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
  readonly settings: Settings
  readonly clock: Clock
  /** Runs a call of the authenticator's so that the requests it makes go around the session's interceptor. */
  readonly asAuthenticator: <T>(call: (context: Omit<AuthenticatorContext, 'signal'>) => Promise<T>) => Promise<T>
  /** Lets `close()` wait for work that nobody else waits for. */
  readonly background: (work: Promise<unknown>) => void
}

export function storeKey({ subject, fingerprint }: Authenticator): string {
  return `${formatVersion}/${subject}/${fingerprint}`
}
