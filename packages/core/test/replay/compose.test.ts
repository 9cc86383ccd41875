import { type Dispatcher, interceptors } from 'undici'
import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { type Kit, openSession, resetUnder, send } from './kit.ts'

type Compose = (kit: Kit, other: Dispatcher.DispatcherComposeInterceptor) => Dispatcher

const orders: Record<string, Compose> = {
  'session before': ({ agent, session }, other) => agent.compose(session.interceptor(), other),
  'session after': ({ agent, session }, other) => agent.compose(other, session.interceptor()),
}

const retry = (): Dispatcher.DispatcherComposeInterceptor =>
  interceptors.retry({ minTimeout: 1, maxTimeout: 1, methods: ['GET', 'POST'] })

/** Ends the session in the same moment in which it answers 503. */
function failAndReset(api: ScriptedApi): void {
  api.next('/job', async ({ receive }) => {
    await receive()
    api.reset()
    return { status: 503 }
  })
}

const tokensOf = (api: ScriptedApi): string[][] => api.received.map(({ tokens }) => tokens)

test('with the session before retry, as documented, a retry carries the live grant', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const dispatcher = orders['session before']!(kit, retry())
  await kit.session.grant()
  api.next('/job', async ({ receive }) => {
    await receive()
    api.reset()
    // Another request finds out about the reset while the first is about to be tried again.
    await send(`${api.origin}/other`, { dispatcher: kit.dispatcher })
    return { status: 503 }
  })
  const { statusCode } = await send(`${api.origin}/job`, { dispatcher, method: 'POST', body: 'x' })
  expect(statusCode).toBe(200)
  const [first, second] = api.tokens
  expect(api.received.map(({ path, tokens }) => [path, ...tokens])).toEqual([
    ['/job', first],
    ['/other', first],
    ['/other', second],
    ['/job', second],
  ])
})

test('with the session after retry, a retry goes out with a stale grant first, and replays', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await kit.session.grant()
  failAndReset(api)
  const dispatcher = orders['session after']!(kit, retry())
  expect((await send(`${api.origin}/job`, { dispatcher, method: 'POST', body: 'x' })).statusCode).toBe(200)
  const [first, second] = api.tokens
  expect(tokensOf(api)).toEqual([[first], [first], [second]])
})

describe.each(Object.entries(orders))('%s', (order, compose) => {
  test('retry: an error of the server is tried again, a reset replays, bodies stay whole', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    failAndReset(api)
    const dispatcher = compose(kit, retry())
    const options = { dispatcher, method: 'POST' as const, body: 'x'.repeat(1_000) }
    expect((await send(`${api.origin}/job`, options)).statusCode).toBe(200)
    expect(api.counts).toMatchObject({ login: 2, rejected: 1, served: 1 })
    expect(new Set(api.received.map(({ body }) => body.length))).toEqual(new Set([1_000]))
  })

  test('retry: a broken connection is tried again for what may be repeated, with one login in all', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    api.next('/job', ({ request }) => {
      request.socket.destroy()
    })
    expect((await send(`${api.origin}/job`, { dispatcher: compose(kit, retry()) })).statusCode).toBe(200)
    expect(api.counts).toMatchObject({ login: 1, request: 2 })
  })

  test('cache: a reset is not kept, an answer is', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const dispatcher = compose(kit, interceptors.cache())
    api.always('/list', ({ tokens }) =>
      api.live.has(tokens[0]!)
        ? { status: 200, headers: { 'cache-control': 'public, max-age=60' }, body: 'the list' }
        : { status: 401 },
    )
    const url = `${api.origin}/list`
    const answer = { statusCode: 200, body: 'the list' }
    expect(await resetUnder(api, 1, () => send(url, { dispatcher }))).toEqual(answer)
    expect(await send(url, { dispatcher })).toEqual(answer)
    expect(api.counts).toMatchObject({ login: 2, request: 2 })
  })

  test('dns: names are resolved, and the grant goes along', async () => {
    await using api = await startApi()
    const { port } = new URL(api.origin)
    const origin = `http://localhost:${port}`
    await using kit = openSession(api, { authenticator: { origin } })
    await kit.session.grant()
    const dns = interceptors.dns({
      lookup: (_origin, _options, done) => done(null, [{ address: '127.0.0.1', family: 4, ttl: 10_000 }]),
    })
    const dispatcher = compose(kit, dns)
    const sent = resetUnder(api, 1, () => send(`${origin}/job`, { dispatcher }))
    // After dns the session sees addresses, which are another origin than its own: it does not send its grant there.
    expect((await sent).statusCode).toBe(order === 'session before' ? 401 : 200)
  })

  test('responseError: a reset is no error, an answer that is one is', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const dispatcher = compose(kit, interceptors.responseError())
    const sent = resetUnder(api, 1, () => send(`${api.origin}/job`, { dispatcher }))
    if (order === 'session before') expect((await sent).statusCode).toBe(200)
    else await expect(sent).rejects.toMatchObject({ statusCode: 401 })
    api.next('/job', { status: 404 })
    await expect(send(`${api.origin}/job`, { dispatcher })).rejects.toMatchObject({ statusCode: 404 })
  })
})

test('a session may be put on a dispatcher twice: each request still carries one grant', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const dispatcher = kit.dispatcher.compose(kit.session.interceptor())
  await kit.session.grant()
  expect((await resetUnder(api, 1, () => send(`${api.origin}/job`, { dispatcher }))).statusCode).toBe(200)
  expect(tokensOf(api)).toEqual(api.tokens.map((token) => [token]))
})
