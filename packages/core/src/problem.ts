import { type ErrorCode, LatchkeyError, LoginError } from './errors.ts'
import { longestTimer } from './options.ts'

/** An answer to one's own caller, as an RFC 9457 problem document. */
export interface ProblemResponse {
  readonly status: number
  /** `content-type`, `cache-control`, and `retry-after` in seconds where the wait is known. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The document. It names no user and no server: callers are not to learn whose session it is. */
  readonly body: {
    readonly type: 'about:blank'
    readonly title: string
    readonly status: number
    readonly detail: string
    readonly code: ErrorCode
  }
}

/** What a handler may have said of the answer that it did not get to send: to be taken off a problem document. */
export const contentHeaders: readonly string[] = [
  ...['disposition', 'encoding', 'language', 'length', 'range'].map((name) => `content-${name}`),
  'etag',
  'last-modified',
]

const titles = { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' } as const

interface Verdict {
  readonly status: keyof typeof titles
  readonly detail: string
}

const upstream = 'the upstream API'
const failed: Verdict = { status: 502, detail: `Logging in to ${upstream} failed.` }
const held: Verdict = { status: 503, detail: `Logging in to ${upstream} failed lately, and is not tried again yet.` }

const verdicts: Readonly<Partial<Record<ErrorCode, Verdict>>> = {
  LOGIN_REFUSED: { status: 502, detail: `This service's credentials were refused by ${upstream}.` },
  LOGIN_THROTTLED: { status: 503, detail: `No login to ${upstream} is possible for the moment.` },
  LOGOUT_FAILED: { status: 502, detail: `Logging out of ${upstream} was not confirmed.` },
  SESSION_CLOSED: { status: 503, detail: 'This service is shutting down.' },
  SESSION_RESET: { status: 503, detail: 'The request could not be sent again after a reset, and had no effect.' },
  SESSION_TIMEOUT: { status: 504, detail: `No session with ${upstream} came about in time.` },
  TOKEN_STORE: { status: 503, detail: 'The place where the session is kept is out of reach.' },
}

/**
 * What a server answers to a request of its own that failed for want of a session: 503 with `retry-after` while
 * a hold or a throttle lasts, 502 if the login was refused or failed, 504 if it did not come about in time. For
 * adapters of web frameworks.
 *
 * @returns `undefined` for any other error, {@link ConfigurationError} included: those are not the session's
 */
export function problemResponse(error: unknown): ProblemResponse | undefined {
  if (!(error instanceof LatchkeyError) || error.code === 'CONFIGURATION') return undefined
  const { code } = error
  const retryAfter = error instanceof LoginError ? error.retryAfter : undefined
  const verdict = code === 'LOGIN_FAILED' ? (retryAfter === undefined ? failed : held) : verdicts[code]
  // An error of a newer install beside this one may have a code that is not known here.
  if (verdict === undefined) return undefined
  const { status, detail } = verdict
  // Whoever comes back when a refusal's hold has passed is refused again.
  const isWorthRetrying = retryAfter !== undefined && retryAfter <= longestTimer && status === 503
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(isWorthRetrying && { 'retry-after': String(Math.max(1, Math.ceil(retryAfter / 1000))) }),
    },
    body: { type: 'about:blank', title: titles[status], status, detail, code },
  }
}
