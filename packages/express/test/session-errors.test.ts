import {
  ConfigurationError,
  errorCodes,
  LatchkeyError,
  LoginFailedError,
  LoginRefusedError,
  LoginThrottledError,
  SessionResetError,
  TokenStoreError,
} from '@latchkey/core'
import { latchkey, sessionErrors, type SessionErrorsOptions } from '@latchkey/express'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { describe, expect, test } from 'vitest'
import { type ExpressModule, handled, majors, serve } from './support/apps.ts'
import { startClient } from './support/clients.ts'

const subject = 'api.example.com/integration@acme'
const secret = 'correct-horse-battery'
const about = { subject, cause: new Error(secret) }

/** What every documented error is answered with. */
const answers: [error: LatchkeyError, status: number, retryAfter: string | null][] = [
  [new LoginRefusedError(secret, { ...about, retryAfter: 60_000 }), 502, null],
  [new LoginThrottledError(secret, { ...about, retryAfter: 1_001 }), 503, '2'],
  [new LoginThrottledError(secret, about), 503, null],
  [new LoginFailedError(secret, about), 502, null],
  [new LoginFailedError(secret, { ...about, retryAfter: 1 }), 503, '1'],
  [new LatchkeyError('LOGOUT_FAILED', secret, about), 502, null],
  [new LatchkeyError('SESSION_CLOSED', secret, about), 503, null],
  [new SessionResetError(secret, { ...about, reason: 'body-too-large' }), 503, null],
  [new LatchkeyError('SESSION_TIMEOUT', secret, about), 504, null],
  [new TokenStoreError(secret, about), 503, null],
]

const titles: Record<number, string> = { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' }

interface Passed {
  readonly passed: unknown[]
  readonly logged: unknown[]
}

/** An app whose only route fails, and the errors that got past the handler. */
async function failing(
  express: ExpressModule,
  handler: RequestHandler,
  { onError, method = 'GET' }: SessionErrorsOptions & { method?: string } = {},
) {
  const seen: Passed = { passed: [], logged: [] }
  await using app = await serve(express, (one) => {
    one.use(handler)
    one.use(
      sessionErrors({
        onError: (error, req) => {
          seen.logged.push(error)
          return onError?.(error, req)
        },
      }),
    )
    one.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
      seen.passed.push(error)
      if (res.headersSent) next(error)
      else res.status(418).end()
    })
    // Express logs what comes to it, unless it is under test.
    one.set('env', 'test')
  })
  const response = await fetch(app.url, { method })
  const text = await response.text().catch(() => 'cut off')
  return { ...seen, status: response.status, headers: response.headers, text }
}

const throwing =
  (error: unknown): RequestHandler =>
  () => {
    throw error
  }

test('every code has an answer, but for that of a mistake in the options', () => {
  const answered = new Set(answers.map(([{ code }]) => code))
  expect([...answered, 'CONFIGURATION'].toSorted()).toEqual([...errorCodes].toSorted())
})

describe.each(majors)('sessionErrors() in %s', (_major, express) => {
  test.each(answers.map(([error, ...rest]) => [error.code, error, ...rest] as const))(
    'answers %s with a problem document',
    async (code, error, status, retryAfter) => {
      const answer = await failing(express, throwing(error))
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('retry-after')).toBe(retryAfter)
      const body = JSON.parse(answer.text) as Record<string, unknown>
      expect(body).toEqual({ type: 'about:blank', title: titles[status], status, detail: expect.any(String), code })
      const all = `${answer.text} ${[...answer.headers].join(' ')}`
      for (const private_ of [secret, subject, 'example.com', 'acme']) expect(all).not.toContain(private_)
      expect(answer.passed).toEqual([])
      expect(answer.logged).toEqual([error])
    },
  )

  test('answers what a real client met: a refused login, and the hold after it', async () => {
    await using world = await startClient({}, { username: defaultUser.username, password: 'a-wrong-password' })
    await using app = await serve(express, (one) => {
      one.use(latchkey({ client: world.st, as: 'st' }))
      one.get(
        '/',
        handled(async (req, res) => res.json(await req.st.get('/job/1'))),
      )
      one.use(sessionErrors())
    })
    for (const _ of [1, 2]) {
      const response = await fetch(app.url)
      const text = await response.text()
      expect(response.status).toBe(502)
      expect(JSON.parse(text)).toMatchObject({ code: 'LOGIN_REFUSED' })
      expect(text).not.toMatch(/a-wrong-password|integration|127\.0\.0\.1/)
    }
    expect(world.api.counters.loginAttempts).toBe(1)
  })

  test('answers a client that is closed with 503', async () => {
    await using world = await startClient()
    await world.st.close()
    const answer = await failing(
      express,
      handled(() => world.st.get('/job/1')),
    )
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'SESSION_CLOSED' })
  })

  test('answers HEAD without a body', async () => {
    const answer = await failing(express, throwing(new TokenStoreError('gone')), { method: 'HEAD' })
    expect(answer.status).toBe(503)
    expect(answer.text).toBe('')
  })

  test('leaves nothing of the answer that the handler had begun', async () => {
    const answer = await failing(express, (_req, res) => {
      res.status(200).set({ 'content-length': '3', 'content-encoding': 'gzip', etag: '"1"', 'x-kept': 'yes' })
      res.set({ 'cache-control': 'public, max-age=60', 'content-disposition': 'attachment' })
      throw new TokenStoreError('gone')
    })
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'TOKEN_STORE' })
    const names = ['content-encoding', 'etag', 'content-disposition', 'cache-control', 'x-kept']
    expect(names.map((name) => answer.headers.get(name))).toEqual([null, null, null, 'no-store', 'yes'])
  })

  test.each([
    ['a mistake in the options', new ConfigurationError('as', 'a name', undefined)],
    ['an error of the app', new TypeError('not ours')],
    ['an abort of the app while the caller waits', new DOMException('Enough', 'AbortError')],
    ['something that is no error', 'a string'],
  ])('passes on %s', async (_what, error) => {
    const answer = await failing(express, throwing(error))
    expect(answer.status).toBe(418)
    expect(answer.passed).toEqual([error])
    expect(answer.logged).toEqual([])
  })

  test('passes on what comes after the answer has begun, so that it is cut off', async () => {
    const error = new TokenStoreError('gone')
    const answer = await failing(express, (_req, res, next) => {
      res.write('half of it', () => next(error))
    })
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('cut off')
    expect(answer.passed).toEqual([error])
    expect(answer.logged).toEqual([])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('the log is full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the log is full'))],
    ['never ends', () => new Promise(() => {})],
  ])('answers all the same if the log %s', async (_what, onError) => {
    const answer = await failing(express, throwing(new TokenStoreError('gone')), { onError })
    expect(answer.status).toBe(503)
    expect(answer.passed).toEqual([])
  })

  test('tells the log of which request the error came', async () => {
    const seen: string[] = []
    await failing(express, throwing(new TokenStoreError('gone')), {
      onError: ({ code }, req) => seen.push(code, req.path),
    })
    expect(seen).toEqual(['TOKEN_STORE', '/'])
  })
})

test.each([
  ['an unknown option', { log: () => {} }, 'sessionErrors option log takes no value'],
  [
    'no function',
    { onError: 'log' },
    'onError takes a function of an error and a request, but got a string of 3 characters',
  ],
])('sessionErrors() refuses %s', (_what, options, message) => {
  expect(() => sessionErrors(options as never)).toThrow(ConfigurationError)
  expect(() => sessionErrors(options as never)).toThrow(message)
})
