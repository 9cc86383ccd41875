import type { Response } from 'express'
import { retryAfter } from './retry-after.ts'
import type { State } from './state.ts'

/**
 * What the throttle and the faults say to a login of `who`, before its credentials are looked at. One that is throttled
 * is counted and has its `Retry-After`; the rest of the answer is the caller's.
 */
export function passGate(
  { faults, throttle, tally, clock }: State,
  response: Response,
  who: object | undefined,
): 'open' | 'denied' | 'throttled' {
  const { throttleLogins } = faults
  const admission =
    throttleLogins > 0
      ? ({ admitted: false, denied: false, wait: throttleLogins } as const)
      : // Names that nobody bears share one count, so that guessing them costs no memory.
        throttle.admit(who)
  if (admission.admitted) return faults.denyLogins ? 'denied' : 'open'
  if (admission.denied) return 'denied'
  tally.throttled++
  response.set(retryAfter(admission.wait, throttle.retryAfterFormat, clock()))
  return 'throttled'
}
