import {
  ConfigurationError,
  type ErrorCode,
  errorCodes,
  LatchkeyError,
  LoginFailedError,
  LoginRefusedError,
  LoginThrottledError,
  problemResponse,
  SessionResetError,
  TokenStoreError,
} from '@latchkey/core'
import { expect, test } from 'vitest'

const subject = 'api.example.com/canary-user'
const cause = new Error('canary-cause')

const rows: [what: string, error: LatchkeyError, status: number, retryAfter: string | undefined][] = [
  ['a refusal', new LoginRefusedError('canary', { subject, cause, retryAfter: 60_000 }), 502, undefined],
  ['a throttled login', new LoginThrottledError('canary', { subject, cause, retryAfter: 1_200 }), 503, '2'],
  ['a throttled login without an end', new LoginThrottledError('canary', { subject, cause }), 503, undefined],
  ['a throttled login for ever', new LoginThrottledError('canary', { retryAfter: Infinity }), 503, undefined],
  ['a throttled login for no time', new LoginThrottledError('canary', { retryAfter: Number.NaN }), 503, undefined],
  ['a hold after failures', new LoginFailedError('canary', { subject, cause, retryAfter: 10 }), 503, '1'],
  ['a failed login', new LoginFailedError('canary', { subject, cause }), 502, undefined],
  ['no confirmation of a logout', new LatchkeyError('LOGOUT_FAILED', 'canary', { subject, cause }), 502, undefined],
  ['a closed session', new LatchkeyError('SESSION_CLOSED', 'canary', { subject, cause }), 503, undefined],
  ['a session that took too long', new LatchkeyError('SESSION_TIMEOUT', 'canary', { subject, cause }), 504, undefined],
  [
    'a body sent in vain',
    new SessionResetError('canary', { subject, cause, reason: 'body-too-large' }),
    503,
    undefined,
  ],
  ['a store out of reach', new TokenStoreError('canary', { subject, cause }), 503, undefined],
]

test('every code but that of a mistake in the program is answered', () => {
  const answered = new Set<ErrorCode>(rows.map(([, { code }]) => code))
  expect([...answered, 'CONFIGURATION'].toSorted()).toEqual([...errorCodes].toSorted())
})

test.each(rows)('%s is a problem that names nobody', (_what, error, status, retryAfter) => {
  const { headers, body, ...rest } = problemResponse(error) ?? expect.fail('no answer')
  expect(rest).toEqual({ status })
  expect(headers['content-type']).toBe('application/problem+json')
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['retry-after']).toBe(retryAfter)
  expect(body).toEqual({
    type: 'about:blank',
    title: { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' }[status],
    status,
    detail: expect.stringMatching(/^[A-Z].*\.$/) as string,
    code: error.code,
  })
  expect(JSON.stringify([headers, body])).not.toMatch(/canary|example/)
})

test.each([
  ['a mistake in the program', new ConfigurationError('as', 'a name', 5)],
  ["somebody else's error", new Error('boom')],
  ['what is no error', 'boom'],
  ['nothing', undefined],
])('%s is not answered', (_what, error) => {
  expect(problemResponse(error)).toBeUndefined()
})

test('a code of a newer install is not answered', () => {
  const newer = new LatchkeyError('LOGIN_FAILED', 'of tomorrow')
  Object.defineProperty(newer, 'code', { value: 'OF_TOMORROW' })
  expect(problemResponse(newer)).toBeUndefined()
})
