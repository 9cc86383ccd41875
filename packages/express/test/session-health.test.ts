import { ConfigurationError, Sessions, type SessionStatus } from '@latchkey/core'
import { type HealthReport, sessionHealth } from '@latchkey/express'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import type { NextFunction, Request, Response } from 'express'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type ExpressModule, majors, serve } from './support/apps.ts'
import { startClient } from './support/clients.ts'

async function healthOf(express: ExpressModule, clients: Parameters<typeof sessionHealth>[0], method = 'GET') {
  await using app = await serve(express, (one) => {
    one.get('/health', sessionHealth(clients))
    one.use(
      (error: Error, _req: Request, res: Response, _next: NextFunction) => void res.status(500).send(error.message),
    )
  })
  const response = await fetch(`${app.url}/health`, { method })
  const text = await response.text()
  const isReport = response.headers.get('content-type') === 'application/json' && text !== ''
  return { response, text, report: isReport ? (JSON.parse(text) as HealthReport) : undefined }
}

const status: SessionStatus = {
  subject: 'api.example.com/me',
  live: true,
  generation: 1,
  age: 1,
  expiresAt: undefined,
  loggingIn: false,
  hold: undefined,
  recentLogins: 1,
  lastReset: undefined,
  store: 'ok',
}
const well = { status: async () => status }
const held = { status: async () => ({ ...status, live: false, hold: { reason: 'refused' as const, until: 1 } }) }
const broken = {
  status: async () => {
    throw new Error('a secret of the store')
  },
}

describe.each(majors)('sessionHealth() in %s', (_major, express) => {
  test('says that a session is well before there was a login, and logs nobody in', async () => {
    await using world = await startClient()
    const { response, report } = await healthOf(express, world.st)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(report).toMatchObject({ status: 'up', sessions: [{ healthy: true, live: false, generation: 0 }] })
    expect(world.api.counters.loginAttempts).toBe(0)
  })

  test('tells how a session stands, and no secret of it', async () => {
    await using world = await startClient()
    const { token } = await world.st.session.grant()
    const { text, report } = await healthOf(express, world.st.session)
    const now = { healthy: true, live: true, generation: 1, recentLogins: 1, subject: world.st.session.subject }
    expect(report).toMatchObject({ status: 'up', sessions: [now] })
    expect(text).not.toContain(token)
    expect(text).not.toContain(defaultUser.password)
  })

  test('is 503 while a refused login is held', async () => {
    await using world = await startClient({}, { username: defaultUser.username, password: 'a-wrong-password' })
    await world.st.get('/job/1').catch(() => {})
    const { response, text, report } = await healthOf(express, world.st)
    expect(response.status).toBe(503)
    expect(report).toMatchObject({ status: 'down', sessions: [{ healthy: false, hold: { reason: 'refused' } }] })
    expect(text).not.toContain('a-wrong-password')
  })

  test('stays in service if some of several sessions are not well', async () => {
    const { response, report } = await healthOf(express, [well, held, broken])
    expect(response.status).toBe(200)
    expect(report).toMatchObject({
      status: 'degraded',
      sessions: [{ healthy: true }, { healthy: false }, { healthy: false }],
    })
  })

  test('is 503 if none of several sessions is well', async () => {
    const { response, report } = await healthOf(express, [held, held])
    expect(response.status).toBe(503)
    expect(report?.status).toBe('down')
  })

  test('reports a status that fails without saying why', async () => {
    const { response, text } = await healthOf(express, [broken])
    expect(response.status).toBe(503)
    expect(JSON.parse(text)).toEqual({ status: 'down', sessions: [{ healthy: false }] })
  })

  test('takes the tenants that are open at the time', async () => {
    await using world = await startClient()
    await using accounts = new Sessions({
      store: new MemoryTokenStore(),
      open: (_tenant, { store }) => new ServiceTrade({ ...defaultUser, baseUrl: world.api.url, store }),
    })
    const clients = () => accounts.clients().values()
    expect((await healthOf(express, clients)).report).toEqual({ status: 'up', sessions: [] })
    await accounts.for('acme')
    expect((await healthOf(express, clients)).report).toMatchObject({ status: 'up', sessions: [{ healthy: true }] })
  })

  test('stays in service if the only tenant that is open is not well', async () => {
    for (const tenants of [() => held, async () => [held, broken], () => new Map([['acme', held]]).values()]) {
      const { response, report } = await healthOf(express, tenants)
      expect([response.status, report?.status]).toEqual([200, 'degraded'])
      expect(report?.sessions[0]).toMatchObject({ healthy: false })
    }
  })

  test('knows the clients of an iterator at the second request, too', async () => {
    await using app = await serve(express, (one) => {
      one.get('/health', sessionHealth(new Map([['a', well]]).values()))
    })
    for (const _ of [1, 2]) {
      const report = (await (await fetch(`${app.url}/health`)).json()) as HealthReport
      expect(report.sessions).toHaveLength(1)
    }
  })

  test('answers HEAD with the status alone', async () => {
    const { response, text } = await healthOf(express, held, 'HEAD')
    expect(response.status).toBe(503)
    expect(text).toBe('')
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no clients')
      },
      'no clients',
    ],
    ['rejects', () => Promise.reject(new Error('no clients')), 'no clients'],
    [
      'returns none',
      (() => undefined) as never,
      'clients takes a session, or a client with a session, with status(), but got undefined',
    ],
  ])('passes on what a function makes of it that %s', async (_what, clients, message) => {
    const { response, text } = await healthOf(express, clients)
    expect(response.status).toBe(500)
    expect(text).toBe(message)
  })
})

describe('a status that hangs', () => {
  afterEach(() => void vi.useRealTimers())

  async function reportOf(clients: Parameters<typeof sessionHealth>[0]): Promise<unknown[]> {
    const said: unknown[] = []
    const response = {
      writeHead: (code: number) => (said.push(code), response),
      end: (text: string) => said.push(text),
    }
    await sessionHealth(clients)({} as never, response as never, (error) => said.push(error))
    return said
  }

  test('is waited for 2 s, together with all others, and then counts as not healthy', async () => {
    vi.useFakeTimers()
    const hanging = { status: () => new Promise<never>(() => {}) }
    let said: unknown[] | undefined
    const reporting = reportOf([hanging, well, hanging]).then((all) => (said = all))
    await vi.advanceTimersByTimeAsync(1_999)
    expect(said).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    const [code, text] = await reporting
    expect(code).toBe(200)
    expect(JSON.parse(String(text))).toMatchObject({
      status: 'degraded',
      sessions: [{ healthy: false }, { healthy: true }, { healthy: false }],
    })
  })

  test('leaves no timer behind if it does not', async () => {
    vi.useFakeTimers()
    expect((await reportOf([well, held, broken]))[0]).toBe(200)
    expect(vi.getTimerCount()).toBe(0)
  })
})

test.each([
  ['nothing', undefined],
  ['no session', {}],
  ['a client without a session', { session: {} }],
  ['a list with something else in it', [well, 1]],
])('sessionHealth() refuses %s', (_what, clients) => {
  expect(() => sessionHealth(clients as never)).toThrow(ConfigurationError)
})
