import { type FreshGrant, LoginFailedError, LoginRefusedError, LoginThrottledError } from '@latchkey/core'
import type { Answer } from './ask.ts'
import { isRecord } from '../envelope.ts'
import { retryAfterOf } from '../retry-after.ts'
import { jwtTimes } from './jwt.ts'

/** What can stand after `Bearer `. */
const tokenShape = /^[\x21-\x7e]+$/

/**
 * Makes a grant of the answer to `POST /oauth2/token`, which is flat, outside of the API's envelope.
 *
 * @throws {LoginRefusedError | LoginThrottledError | LoginFailedError}
 */
export function readToken(
  { status, headers, text }: Answer,
  { subject, secrets }: { subject: string; secrets: readonly string[] },
): FreshGrant {
  const body = readJson(text)
  if (status === 400 || status === 401 || status === 403) {
    const complaints = [body?.['error'], body?.['error_description']].filter((one) => typeof one === 'string')
    // Some servers quote what they refuse.
    const complaint = secrets.reduce((told, secret) => told.replaceAll(secret, '[secret]'), complaints.join(': '))
    throw new LoginRefusedError([`The token request was answered ${status}`, complaint].filter(Boolean).join(': '), {
      subject,
    })
  }
  if (status === 429) {
    const message = 'The token request was answered 429: too many logins'
    throw new LoginThrottledError(message, { subject, retryAfter: retryAfterOf(headers) })
  }
  const fail = (what: string): never => {
    throw new LoginFailedError(`The token request was answered ${status}${what}`, { subject })
  }
  if (status !== 200) return fail('')
  if (body === undefined) return fail(', but not with JSON')
  const { access_token: token, refresh_token: refreshToken, expires_in: expiresIn } = body
  if (typeof token !== 'string' || token === '') return fail(' without an access token')
  if (!tokenShape.test(token)) return fail(' with an access token that no header can carry')
  return {
    token,
    expiresAt: expiryOf(token, expiresIn, headers['date']),
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
  }
}

/**
 * Epoch ms on this machine's clock. What the server says is counted from now, or from what it takes for now: its clock
 * and ours may differ.
 */
function expiryOf(token: string, expiresIn: unknown, date: string | string[] | undefined): number | undefined {
  const seconds = typeof expiresIn === 'string' && /^\d+$/.test(expiresIn) ? Number(expiresIn) : expiresIn
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return Date.now() + seconds * 1_000
  const times = jwtTimes(token)
  if (times === undefined) return undefined
  const sent = typeof date === 'string' ? Date.parse(date) : Number.NaN
  const serversNow = times.issuedAt ?? (Number.isNaN(sent) ? Date.now() : sent)
  return Date.now() + times.expiresAt - serversNow
}

function readJson(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isRecord(value) ? value : undefined
  } catch {
    // The parser's error quotes the text, in which there may be a token.
    return undefined
  }
}
