import { describe } from '../describe.ts'
import { LatchkeyError, type LoginError, LoginFailedError, LoginRefusedError, LoginThrottledError } from '../errors.ts'
import { isTime, isToken } from '../rules/codec.ts'
import type { FreshGrant } from '../grant.ts'
import type { HoldReason } from '../rules/state.ts'

const errorClasses = { refused: LoginRefusedError, throttled: LoginThrottledError, failing: LoginFailedError }

/** Which hold an authenticator's failure calls for. */
export function reasonOf(cause: unknown): HoldReason {
  if (cause instanceof LoginRefusedError) return 'refused'
  return cause instanceof LoginThrottledError ? 'throttled' : 'failing'
}

/** The one error that all who waited for a failed login get. */
export function loginError(cause: unknown, details: { subject: string; retryAfter: number | undefined }): LoginError {
  const reason = reasonOf(cause)
  const known = reason !== 'failing' || cause instanceof LoginFailedError
  return new errorClasses[reason](known ? (cause as Error).message : `The login failed${codeOf(cause)}`, {
    cause,
    ...details,
  })
}

/** What Node and undici say of a failed connection. Other messages may quote what they were given. */
function codeOf(cause: unknown): string {
  const { code, cause: deeper } = Object(cause) as { code?: unknown; cause?: { code?: unknown } }
  const known = [code, deeper?.code].find((one) => typeof one === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(one))
  return known === undefined ? '' : `: ${known as string}`
}

/** The error for whoever wants a login while a hold lasts. */
export function holdError(
  reason: HoldReason,
  { subject, remaining, cause }: { subject: string; remaining: number; cause: unknown },
): LoginError {
  const why = {
    refused: 'The server refused the credentials',
    throttled: 'The server wants a pause between logins',
    failing: 'Logins failed, or yielded sessions that never worked',
  }[reason]
  return new errorClasses[reason](`${why}: no login starts within the next ${Math.ceil(remaining)} ms`, {
    subject,
    retryAfter: Math.ceil(remaining),
    cause,
  })
}

/** @throws {LoginFailedError} if what the authenticator returned cannot serve as a grant */
export function checkFresh(fresh: FreshGrant, { subject, now }: { subject: string; now: number }): FreshGrant {
  const complain = (field: string, takes: string, got: unknown): never => {
    throw new LoginFailedError(`The login yielded no grant: ${field} takes ${takes}, but got ${describe(got)}`, {
      subject,
    })
  }
  if (typeof fresh !== 'object' || fresh === null) return complain('login()', 'an object with a token', fresh)
  const { token, expiresAt, refreshToken } = fresh
  if (!isToken(token)) complain('token', 'a string without control characters that is not empty', token)
  const takesTime = 'epoch ms that are still to come (not seconds)'
  if (expiresAt !== undefined && !(isTime(expiresAt) && expiresAt > now)) complain('expiresAt', takesTime, expiresAt)
  if (refreshToken !== undefined && (typeof refreshToken !== 'string' || refreshToken === '')) {
    complain('refreshToken', 'a string that is not empty', refreshToken)
  }
  return fresh
}

export function closedError(subject: string): LatchkeyError {
  return new LatchkeyError('SESSION_CLOSED', 'The session was closed in this process', { subject })
}

export function timeoutError(subject: string, maxWait: number): LatchkeyError {
  return new LatchkeyError('SESSION_TIMEOUT', `No session came about within ${maxWait} ms`, { subject })
}
