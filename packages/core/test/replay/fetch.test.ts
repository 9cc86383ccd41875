import { LoginFailedError, LoginRefusedError, Session, SessionResetError } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Agent, type Dispatcher, getGlobalDispatcher, Request as UndiciRequest, setGlobalDispatcher } from 'undici'
import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { authenticatorFor } from '../support/token-authenticator.ts'
import { type Kit, openSession, resetUnder } from './kit.ts'

interface Echo {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

async function replayed(api: ScriptedApi, kit: Kit, ...args: Parameters<Kit['session']['fetch']>): Promise<Echo> {
  await kit.session.grant()
  const response = await resetUnder(api, 1, () => kit.session.fetch(...args))
  expect(response.status).toBe(200)
  expect(api.counts).toMatchObject({ login: 2, rejected: 1, served: 1 })
  return (await response.json()) as Echo
}

describe.each(Object.entries({ "Node's own": Request, "undici's": UndiciRequest }))(
  'a Request of %s',
  (_name, Kind) => {
    test('is sent as it is, and replayed', async () => {
      await using api = await startApi()
      await using kit = openSession(api)
      const request = new Kind(`${api.origin}/job?page=2`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'x-own': 'kept' },
        body: '{"a":1}',
      })
      expect(await replayed(api, kit, request)).toMatchObject({
        method: 'PUT',
        path: '/job?page=2',
        body: '{"a":1}',
        headers: { 'content-type': 'application/json', 'x-own': 'kept' },
      })
    })

    test('yields to what is given beside it', async () => {
      await using api = await startApi()
      await using kit = openSession(api)
      const request = new Kind(`${api.origin}/job`, { method: 'PUT', headers: { 'x-own': 'lost' }, body: 'lost' })
      const init = { method: 'PATCH', headers: { 'x-other': 'kept' }, body: 'given' }
      const echo = await replayed(api, kit, request, init)
      expect(echo).toMatchObject({ method: 'PATCH', body: 'given', headers: { 'x-other': 'kept' } })
      expect(echo.headers).not.toHaveProperty('x-own')
    })

    test('is taken for options, too', async () => {
      await using api = await startApi()
      await using kit = openSession(api)
      const options = new Kind(`${api.origin}/other`, { method: 'DELETE', headers: { 'x-own': 'kept' } })
      const echo = await replayed(api, kit, `${api.origin}/job`, options as never)
      expect(echo).toMatchObject({ method: 'DELETE', path: '/job', headers: { 'x-own': 'kept' } })
    })

    test('does not yield to what is undefined', async () => {
      await using api = await startApi()
      await using kit = openSession(api)
      const given = { method: 'PUT', headers: { 'x-own': 'kept' }, body: 'kept' }
      const init = { method: undefined, headers: undefined, body: undefined, signal: undefined }
      const echo = await replayed(api, kit, new Kind(`${api.origin}/job`, given), init as never)
      expect(echo).toMatchObject({ method: 'PUT', headers: { 'x-own': 'kept' }, body: 'kept' })
    })

    test('ends with its own signal', async () => {
      await using api = await startApi()
      await using kit = openSession(api)
      const login = api.hold('login')
      const controller = new AbortController()
      const aborted = kit.session.fetch(new Kind(`${api.origin}/job`, { signal: controller.signal }))
      await login.arrived(1)
      controller.abort(new Error('enough'))
      await expect(aborted).rejects.toThrow('enough')
      login.release()
    })
  },
)

test('a URL is taken as well as its text', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  expect(await replayed(api, kit, new URL(`${api.origin}/job`))).toMatchObject({ method: 'GET', path: '/job' })
})

test.each([
  { status: 302, next: 'GET /there ' },
  { status: 303, next: 'GET /there ' },
  { status: 307, next: 'POST /there order' },
  { status: 308, next: 'POST /there order' },
])(
  'a $status leads on from a POST, and a reset there repeats nothing that was done before',
  async ({ status, next }) => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    api.always('/here', async ({ receive, tokens }) => {
      await receive()
      if (!api.live.has(tokens[0]!)) return { status: 401 }
      // Acted upon; and then the session ends.
      api.reset()
      return { status, headers: { location: '/there' } }
    })
    const response = await kit.session.fetch(`${api.origin}/here`, { method: 'POST', body: 'order' })
    expect([response.status, response.url]).toEqual([200, `${api.origin}/there`])
    expect(api.received.map(({ method, path, body }) => `${method} ${path} ${body.toString()}`)).toEqual([
      'POST /here order',
      next,
      next,
    ])
    expect(api.counts.login).toBe(2)
  },
)

test('a redirect is not followed where the caller says so', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  api.always('/here', { status: 302, headers: { location: '/there' } })
  expect((await kit.session.fetch(`${api.origin}/here`, { redirect: 'manual' })).status).toBe(302)
  await expect(kit.session.fetch(`${api.origin}/here`, { redirect: 'error' })).rejects.toThrow(TypeError)
  expect(api.counts).toMatchObject({ login: 1, request: 2 })
})

describe('errors about the session are met as they are', () => {
  test.each([
    { status: 403, type: LoginRefusedError },
    { status: 500, type: LoginFailedError },
  ])('where a login is answered with $status', async ({ status, type }) => {
    await using api = await startApi()
    await using kit = openSession(api)
    api.always('/login', { status })
    const inits = [{}, { method: 'POST', body: 'x' }, { method: 'POST', body: () => 'x' }]
    const fetches = inits.map((init) => kit.session.fetch(`${api.origin}/job`, init))
    await Promise.all(fetches.map((fetched) => expect(fetched).rejects.toThrow(type)))
    expect(api.counts.request).toBe(0)
  })

  test('where a body cannot be replayed', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const body = new Blob([Buffer.alloc(200_000)]).stream()
    const failed = resetUnder(api, 1, () => kit.session.fetch(`${api.origin}/job`, { method: 'POST', body }))
    await expect(failed).rejects.toThrow(SessionResetError)
  })

  test('but for those that are not about it', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await expect(kit.session.fetch('http://')).rejects.toThrow(TypeError)
    await expect(kit.session.fetch(`${api.origin}/job`, { body: 'a GET has none' })).rejects.toThrow(TypeError)
    api.always('/job', ({ request }) => {
      request.socket.destroy()
    })
    await expect(kit.session.fetch(`${api.origin}/job`)).rejects.toThrow('fetch failed')
  })
})

test('a body that goes on to the session from another origin takes no credentials of that one along', async () => {
  await using api = await startApi()
  await using other = await startApi()
  await using kit = openSession(api, { authenticator: { authorize: ({ token }) => ({ cookie: `sid=${token}` }) } })
  await kit.session.grant()
  api.reset()
  other.always('/here', { status: 307, headers: { location: `${api.origin}/there` } })
  const headers = { authorization: 'Basic of-the-other', cookie: 'own=of-the-other', 'x-own': 'kept' }
  const response = await kit.session.fetch(`${other.origin}/here`, { method: 'POST', headers, body: 'order' })
  expect(response.status).toBe(200)
  expect(other.counts.request).toBe(1)
  expect(api.received.map((one) => [one.headers.authorization, one.headers.cookie, one.headers['x-own']])).toEqual(
    api.tokens.map((token) => [undefined, `sid=${token}`, 'kept']),
  )
})

test('fetch goes through the global dispatcher of the moment where none is given', async () => {
  await using api = await startApi()
  await using session = new Session({ authenticator: authenticatorFor(api), store: new MemoryTokenStore() })
  const original = getGlobalDispatcher()
  const seen: string[] = []
  try {
    for (const name of ['first', 'second']) {
      const recording: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
        seen.push(`${name} ${options.path}`)
        return dispatch(options, handler)
      }
      setGlobalDispatcher(new Agent().compose(recording))
      expect((await session.fetch(`${api.origin}/job`)).status).toBe(200)
    }
  } finally {
    setGlobalDispatcher(original)
  }
  expect(seen).toEqual(['first /login', 'first /job', 'second /job'])
})

test('headers that can be read once are there for a replay, too', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const headers = new Map([['x-own', 'kept']]).entries()
  const echo = await replayed(api, kit, `${api.origin}/job`, { method: 'PUT', body: 'a', headers: headers as never })
  expect(echo).toMatchObject({ body: 'a', headers: { 'x-own': 'kept' } })
})
