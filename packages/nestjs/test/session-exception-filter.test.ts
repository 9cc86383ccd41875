import { problemResponse } from '@latchkey/core'
import { SessionExceptionFilter } from '@latchkey/nestjs'
import { InjectServiceTrade, ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import type { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { Controller, type DynamicModule, Get } from '@nestjs/common'
import { APP_FILTER, ExternalContextCreator, HttpAdapterHost } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { describe, expect, test } from 'vitest'
import { importing, platforms, startApp, startContext, type StartOptions } from './support/app.ts'
import { AbortFilter, errors, Failing, Guarded, problems } from './support/failing.ts'
import { emulatorForTest } from './support/session.ts'

const plain: DynamicModule = { ...importing(), controllers: [Failing] }
const registrations: [string, DynamicModule, StartOptions][] = [
  ['APP_FILTER', { ...plain, providers: [{ provide: APP_FILTER, useClass: SessionExceptionFilter }] }, {}],
  [
    'useGlobalFilters',
    plain,
    { prepare: (app) => app.useGlobalFilters(new SessionExceptionFilter(app.get(HttpAdapterHost))) },
  ],
  ['@UseFilters', { ...importing(), controllers: [Guarded] }, {}],
]

describe.each(platforms)('on %s', (platform) => {
  describe.each(registrations)('registered with %s', (_way, root, options) => {
    test('errors of the session are answered with problem documents', async () => {
      const { url } = await startApp(root, { platform, ...options })
      for (const code of problems) {
        const problem = problemResponse(errors[code])
        const response = await fetch(`${url}/errors/${code}`)
        expect(response.status, code).toBe(problem?.status)
        expect(response.headers.get('content-type'), code).toMatch(/^application\/problem\+json(;|$)/)
        expect(response.headers.get('cache-control'), code).toBe('no-store')
        expect(response.headers.get('retry-after'), code).toBe(code === 'LOGIN_THROTTLED' ? '2' : null)
        expect(await response.json(), code).toEqual(problem?.body)
      }
    })

    test('what is not about the session is answered and logged as without the filter', async () => {
      const { url, logger } = await startApp(root, { platform, ...options })
      const configuration = await fetch(`${url}/errors/CONFIGURATION`)
      expect(configuration.status).toBe(500)
      expect(await configuration.json()).toEqual({ statusCode: 500, message: 'Internal server error' })
      expect((await fetch(`${url}/nothing`)).status).toBe(404)
      expect(logger.lines.map(({ level }) => level)).toEqual(['error'])
    })
  })

  test('aborts that are not of a caller who left are left to the filters of others', async () => {
    const filters = [SessionExceptionFilter, AbortFilter].map((useClass) => ({ provide: APP_FILTER, useClass }))
    for (const providers of [filters, filters.toReversed()]) {
      const { url } = await startApp({ ...plain, providers }, { platform })
      const answer = await fetch(`${url}/another-abort`)
      expect([answer.status, await answer.text()]).toEqual([418, 'another abort'])
    }
  })

  test('what is wrong with the program is logged, although its caller has left', async () => {
    const [, root, options] = registrations[0]!
    const { app, url, logger } = await startApp(root, { platform, ...options })
    const leaving = new AbortController()
    const left = fetch(`${url}/bug`, { signal: leaving.signal })
    await app.get(Failing).isWaiting.promise
    leaving.abort()
    await expect(left).rejects.toThrow()
    const { level, text } = await logger.next()
    expect(level).toBe('error')
    expect(text).toContain('path takes a string, but got 1')
  })

  test('what was said of the answer that failed is taken back, and nothing else', async () => {
    const [, root, options] = registrations[0]!
    const { url } = await startApp(root, { platform, ...options })
    const answer = await fetch(`${url}/file`)
    expect(await answer.json()).toEqual(problemResponse(errors.SESSION_TIMEOUT)?.body)
    expect(['content-encoding', 'content-disposition', 'x-request-id'].map((name) => answer.headers.get(name))).toEqual(
      [null, null, '3'],
    )
    expect(answer.headers.get('etag')).not.toBe('3')
  })

  test('an answer that has begun is broken off, so that half of it does not pass for the whole', async () => {
    const [, root, options] = registrations[0]!
    const { app, url, logger } = await startApp(root, { platform, ...options })
    const answer = await fetch(`${url}/half`)
    expect(answer.status).toBe(200)
    app.get(Failing).halfIsRead.resolve()
    await expect(answer.text()).rejects.toThrow()
    expect(logger.lines).toEqual([{ level: 'warn', text: 'SESSION_TIMEOUT: too late' }])
  })

  test('an error is logged once, however many callers fail with it, and without secrets', async () => {
    const api = await emulatorForTest()
    api.faults.denyLogins = true
    @Controller()
    class Jobs {
      @InjectServiceTrade() readonly st!: ServiceTrade

      @Get()
      job() {
        return this.st.get('/job/1')
      }
    }
    const { url, logger } = await startApp(
      {
        ...importing(ServiceTradeModule.forRoot({ ...defaultUser, baseUrl: api.url })),
        controllers: [Jobs],
        providers: [{ provide: APP_FILTER, useClass: SessionExceptionFilter }],
      },
      { platform },
    )
    const login = api.hold('login')
    const answers = Array.from({ length: 5 }, () => fetch(url))
    await login.arrived(1)
    login.release()
    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(502)
      expect(answer.headers.get('retry-after')).toBeNull()
      const text = await answer.text()
      expect(text).toContain('LOGIN_REFUSED')
      for (const secret of [defaultUser.username, defaultUser.password, api.url]) expect(text).not.toContain(secret)
    }
    expect(api.counters.loginAttempts).toBe(1)
    const warnings = logger.lines.filter(({ level }) => level === 'warn')
    expect(warnings.length).toBeGreaterThan(0)
    expect(warnings.length).toBeLessThanOrEqual(5)
    expect(warnings[0]?.text).toMatch(/^LOGIN_REFUSED: /)
    expect(JSON.stringify(logger.lines)).not.toContain(defaultUser.password)
  })
})

test('one error that is thrown to many is logged once', async () => {
  const { url, logger } = await startApp(plain, registrations[1]![2])
  await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/errors/SESSION_TIMEOUT`)))
  expect(logger.lines).toEqual([{ level: 'warn', text: 'SESSION_TIMEOUT: too late' }])
})

test('outside of HTTP the error is thrown on as it is', async () => {
  const app = await startContext({
    ...importing(),
    providers: [Failing, { provide: APP_FILTER, useClass: SessionExceptionFilter }],
  })
  const failing = app.get(Failing)
  // As Nest's GraphQL module calls its resolvers.
  const resolver = app
    .get(ExternalContextCreator)
    .create(
      failing,
      () => Promise.reject(errors.SESSION_TIMEOUT),
      'fail',
      undefined,
      undefined,
      undefined,
      undefined,
      { filters: true, guards: true, interceptors: true },
      'graphql',
    ) as () => Promise<unknown>
  await expect(resolver()).rejects.toBe(errors.SESSION_TIMEOUT)
})

test('made by hand it asks for the host of the HTTP adapter', () => {
  for (const other of [undefined, null, new ExpressAdapter()]) {
    const make = () => new SessionExceptionFilter(other as unknown as HttpAdapterHost)
    expect(make).toThrow(/SessionExceptionFilter takes app\.get\(HttpAdapterHost\)/)
  }
})
