import { type FreshGrant, LoginFailedError, LoginRefusedError, LoginThrottledError } from '@latchkey/core'
import type { Answer } from '../exchange.ts'
import { blank } from '../blank.ts'
import { isRecord } from '../envelope.ts'
import { retryAfterOf } from '../retry-after.ts'
import { jwtTimes } from './jwt.ts'

/** A hundred years, ms. */
const longestLife = 100 * 365 * 24 * 60 * 60 * 1_000

/** What can stand after `Bearer `. */
const tokenShape = /^[\x21-\x7e]+$/

/** The refusal in an answer that has one in the standard's form, `'invalid_grant'` say. */
export function refusalOf({ status, text }: Answer): string | undefined {
  const error = status >= 400 && status < 500 ? readJson(text)?.['error'] : undefined
  return typeof error === 'string' ? error : undefined
}

/**
 * Makes a grant of the answer to `POST /oauth2/token`, which is flat, outside of the API's envelope.
 *
 * @throws {LoginRefusedError | LoginThrottledError | LoginFailedError}
 */
export function readToken(
  answer: Answer,
  { subject, secrets }: { subject: string; secrets: readonly string[] },
): FreshGrant {
  const { status, headers, text } = answer
  const body = readJson(text)
  const refusal = refusalOf(answer)
  // A firewall's own page says nothing about the credentials.
  if (status === 401 || ((status === 400 || status === 403) && refusal !== undefined)) {
    const description = body?.['error_description']
    const complaints = [refusal, description].filter((one) => typeof one === 'string')
    // Some servers quote what they refuse.
    const told = blank(complaints.join(': '), secrets)
    throw new LoginRefusedError([`The token request was answered ${status}`, told].filter(Boolean).join(': '), {
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
 * and ours may differ. What makes no sense is not known.
 */
function expiryOf(token: string, expiresIn: unknown, date: string | string[] | undefined): number | undefined {
  const seconds = typeof expiresIn === 'string' && /^\d+$/.test(expiresIn) ? Number(expiresIn) : expiresIn
  const life = typeof seconds === 'number' ? seconds * 1_000 : lifeOf(token, date)
  return life > 0 && life < longestLife ? Date.now() + life : undefined
}

/** ms; not a number where the token does not tell. */
function lifeOf(token: string, date: string | string[] | undefined): number {
  const times = jwtTimes(token)
  if (times === undefined) return Number.NaN
  const sent = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return times.expiresAt - (times.issuedAt ?? (Number.isNaN(sent) ? Date.now() : sent))
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
