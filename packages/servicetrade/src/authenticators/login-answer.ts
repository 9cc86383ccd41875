import { type FreshGrant, LoginFailedError, LoginRefusedError, LoginThrottledError } from '@latchkey/core'
import type { Answer } from '../exchange.ts'
import { blank } from '../blank.ts'
import { isRecord, readEnvelope } from '../envelope.ts'
import { retryAfterOf } from '../retry-after.ts'

/** What a cookie value can be. Live tokens are 26 of a-z0-9, but nothing promises that they stay so. */
const tokenShape = /^[\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]{1,512}$/

/**
 * Makes a grant of the answer to `POST /auth`.
 *
 * @throws {LoginRefusedError | LoginThrottledError | LoginFailedError}
 */
export function readLogin(
  { status, headers, text }: Answer,
  { subject, password }: { subject: string; password: string },
): FreshGrant {
  const envelope = text === undefined ? undefined : readEnvelope(text)
  const data = isRecord(envelope?.data) ? envelope.data : undefined
  const isRefused = status === 400 || status === 403 || (status === 200 && data?.['authenticated'] === false)
  if (isRefused) {
    const complaints = [...(envelope?.messages ?? []), ...Object.values(envelope?.validation ?? {}).flat()]
    // Some servers quote what they refuse.
    const told = blank(complaints.join('; '), [password])
    throw new LoginRefusedError([`The login was answered ${status}`, told].filter(Boolean).join(': '), { subject })
  }
  if (status === 429) {
    const message = 'The login was answered 429: too many logins'
    throw new LoginThrottledError(message, { subject, retryAfter: retryAfterOf(headers) })
  }
  const fail = (what: string): never => {
    throw new LoginFailedError(`The login was answered ${status}${what}`, { subject })
  }
  if (status !== 200) return fail('')
  if (data === undefined) return fail(', but not with a session in JSON')
  // The body first: proxies strip cookies, and some add their own.
  const token = tokenOf(data['authToken']) ?? cookieOf(headers['set-cookie'])
  if (token === undefined) return fail(' without a token')
  if (!tokenShape.test(token)) return fail(' with a token that is no cookie value')
  return { token }
}

function tokenOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function cookieOf(setCookie: string | string[] | undefined): string | undefined {
  const values = [setCookie ?? []].flat().map((line) => /^\s*PHPSESSID=([^;]*)/.exec(line)?.[1])
  return values.map(tokenOf).findLast((value) => value !== undefined && value !== 'deleted')
}
