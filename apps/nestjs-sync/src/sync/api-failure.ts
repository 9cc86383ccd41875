import { LatchkeyError } from '@latchkey/core'
import { ServiceTradeError } from '@latchkey/servicetrade'

/** ServiceTrade did not answer, or not as wanted, and that has nothing to do with the session. */
export class ApiFailure extends Error {
  /** As in `HTTP_500` or `ECONNREFUSED`. */
  readonly code: string
  /** How long the server wants no more requests, ms. */
  readonly retryAfter: number | undefined

  constructor(code: string, cause: Error) {
    super(cause.message, { cause })
    this.code = code
    this.retryAfter = cause instanceof ServiceTradeError ? cause.retryAfter : undefined
  }
}

/** Tells what a call failed with from all else: errors of the session, and the reasons of signals, stay what they are. */
export function toApiFailure(error: unknown): unknown {
  if (error instanceof LatchkeyError || !(error instanceof Error)) return error
  if (error instanceof ServiceTradeError) return new ApiFailure(`HTTP_${error.status}`, error)
  return 'code' in error && typeof error.code === 'string' ? new ApiFailure(error.code, error) : error
}
