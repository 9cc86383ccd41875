import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Kit, openSession, send } from './kit.ts'

async function dead(api: ScriptedApi, kit: Kit): Promise<void> {
  await kit.session.grant()
  api.reset()
}

const ways = {
  'undici request': (kit: Kit, url: string, signal: AbortSignal) => send(url, { dispatcher: kit.dispatcher, signal }),
  'session.fetch': (kit: Kit, url: string, signal: AbortSignal) => kit.session.fetch(url, { signal }),
  'session.run': (kit: Kit, url: string, signal: AbortSignal) =>
    kit.session.run(
      async (grant, context) => {
        const headers = { authorization: `Bearer ${grant.token}` }
        return send(url, { dispatcher: kit.agent, headers, signal: context.signal })
      },
      { signal, isReset: (outcome) => (outcome as { statusCode?: number }).statusCode === 401 },
    ),
}

describe.each(Object.entries(ways))('an abort of %s', (_name, go) => {
  test('ends the wait for a first login at once, and harms nobody else who waits', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    const login = api.hold('login')
    const controller = new AbortController()
    const aborted = go(kit, `${api.origin}/job`, controller.signal)
    const other = send(`${api.origin}/job`, { dispatcher: kit.dispatcher })
    await login.arrived(1)
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    login.release()
    expect((await other).statusCode).toBe(200)
    expect(api.counts).toMatchObject({ login: 1, request: 1 })
  })

  test('ends the wait for the login of a replay at once, and nothing is replayed', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await dead(api, kit)
    const login = api.hold('login')
    const controller = new AbortController()
    const aborted = go(kit, `${api.origin}/job`, controller.signal)
    await login.arrived(1)
    const other = send(`${api.origin}/other`, { dispatcher: kit.dispatcher })
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    login.release()
    expect((await other).statusCode).toBe(200)
    expect(api.received.map(({ path }) => path)).toEqual(['/job', '/other'])
  })

  test('reaches the server if the request is under way', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await dead(api, kit)
    const begun = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    api.always('/job', ({ tokens, response }) => {
      if (!api.live.has(tokens[0]!)) return { status: 401 }
      response.on('close', () => closed.resolve())
      begun.resolve()
      return undefined
    })
    const controller = new AbortController()
    const aborted = go(kit, `${api.origin}/job`, controller.signal)
    await begun.promise
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    await closed.promise
    expect(api.counts).toMatchObject({ login: 2, request: 2 })
  })

  test('before it starts sends nothing', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await expect(go(kit, `${api.origin}/job`, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    await kit.session.close()
    expect(api.counts).toMatchObject({ login: 0, request: 0 })
  })
})

test('an abort while the body of the reset is read fails at once, and nothing is replayed', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { clock: new VirtualClock() })
  await kit.session.grant()
  const begun = Promise.withResolvers<() => void>()
  api.next('/job', ({ response }) => {
    response.writeHead(401)
    response.write('wait', () => begun.resolve(() => response.end()))
  })
  const controller = new AbortController()
  const aborted = send(`${api.origin}/job`, { dispatcher: kit.dispatcher, signal: controller.signal })
  aborted.catch(() => {})
  const end = await begun.promise
  await expect.poll(() => api.counts.login, { interval: 1 }).toBe(2)
  controller.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  end()
  expect((await send(`${api.origin}/other`, { dispatcher: kit.dispatcher })).statusCode).toBe(200)
  expect(api.counts).toMatchObject({ login: 2, request: 2 })
})

test('an abort while the upload of a rejected request still runs does not end that as if it were whole', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { clock: new VirtualClock() })
  await kit.session.grant()
  const begun = Promise.withResolvers<void>()
  const received = Promise.withResolvers<boolean>()
  api.next('/job', async ({ response, receive }) => {
    response.writeHead(401)
    response.write('wait', () => begun.resolve())
    received.resolve((await receive()).complete)
    response.end()
  })
  const gate = Promise.withResolvers<void>()
  const upload = async function* (): AsyncGenerator<string> {
    yield 'the beginning'
    await gate.promise
    yield 'the rest'
  }
  const controller = new AbortController()
  const { dispatcher } = kit
  const aborted = send(`${api.origin}/job`, {
    dispatcher,
    method: 'POST',
    body: upload() as never,
    signal: controller.signal,
  })
  aborted.catch(() => {})
  await begun.promise
  await expect.poll(() => api.counts.login, { interval: 1 }).toBe(2)
  controller.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  gate.resolve()
  expect(await received.promise).toBe(false)
})

test('an abort while the replay waits for a connection fails at once, and it is never sent', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { agent: { connections: 1 } })
  await kit.session.grant()
  const { dispatcher } = kit
  const login = api.hold('login')
  api.next('/job', { status: 401 })
  const controller = new AbortController()
  const aborted = send(`${api.origin}/job`, { dispatcher, signal: controller.signal })
  aborted.catch(() => {})
  await login.arrived(1)
  // Queues up behind the login, before the replay, on the one connection there is.
  const held = api.hold('request')
  const blocking = kit.agent.request({ origin: api.origin, path: '/blocking', method: 'GET' })
  login.release()
  await held.arrived(1)
  await kit.session.grant()
  controller.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  held.release()
  await (await blocking).body.dump()
  expect((await send(`${api.origin}/last`, { dispatcher })).statusCode).toBe(200)
  expect(api.received.map(({ path }) => path)).toEqual(['/blocking', '/last'])
})
