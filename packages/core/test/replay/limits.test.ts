import { ConfigurationError } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Kit, openSession, send, whileTimePasses } from './kit.ts'

interface Outcome {
  readonly status: number
  readonly body: string
}

const fromFetch = async (response: { status: number; text(): Promise<string> }): Promise<Outcome> => ({
  status: response.status,
  body: await response.text(),
})

const ways: Record<string, (kit: Kit, url: string) => Promise<Outcome>> = {
  'undici request': async ({ dispatcher }, url) => {
    const { statusCode, body } = await send(url, { dispatcher })
    return { status: statusCode, body }
  },
  'undici request with a stream': async ({ dispatcher }, url) => {
    const { statusCode, body } = await send(url, { dispatcher, method: 'POST', body: ['a', 'b'] as never })
    return { status: statusCode, body }
  },
  'session.fetch': async ({ session }, url) => fromFetch(await session.fetch(url)),
  'session.fetch with a body': async ({ session }, url) =>
    fromFetch(await session.fetch(url, { method: 'PUT', body: 'x' })),
  'session.run': async ({ session }, url) =>
    fromFetch(await session.run((grant) => fetch(url, { headers: { authorization: `Bearer ${grant.token}` } }))),
}

function rejectEverything(api: ScriptedApi): void {
  let answers = 0
  api.always('/job', async ({ receive }) => {
    await receive()
    return { status: 401, body: `answer ${(answers += 1)} ${'.'.repeat(100_000)}` }
  })
}

describe.each(Object.entries(ways))('%s', (_name, go) => {
  test.each([0, 1, 2, 4])('after %i replays the last answer of the server is returned, whole', async (maxReplays) => {
    await using api = await startApi()
    const clock = new VirtualClock()
    await using kit = openSession(api, { clock, maxReplays })
    rejectEverything(api)
    const { status, body } = await whileTimePasses(clock, go(kit, `${api.origin}/job`))
    expect(status).toBe(401)
    expect(body).toBe(`answer ${maxReplays + 1} ${'.'.repeat(100_000)}`)
    expect(api.counts).toMatchObject({ request: maxReplays + 1, login: maxReplays + 1 })
  })
})

test('without an option, a request is replayed twice', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  await using kit = openSession(api, { clock })
  rejectEverything(api)
  const { statusCode } = await whileTimePasses(clock, send(`${api.origin}/job`, { dispatcher: kit.dispatcher }))
  expect([statusCode, api.counts.request]).toEqual([401, 3])
})

test('an answer that is returned as it is still rejects its grant', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { maxReplays: 0 })
  await kit.session.grant()
  api.reset()
  const options = { dispatcher: kit.dispatcher }
  expect((await send(`${api.origin}/job`, options)).statusCode).toBe(401)
  expect((await send(`${api.origin}/job`, options)).statusCode).toBe(200)
  expect(api.counts.login).toBe(2)
})

test('a store that calls itself misconfigured by then costs a request nothing', async () => {
  await using api = await startApi()
  const store = new MemoryTokenStore()
  await using kit = openSession(api, { maxReplays: 0, store })
  await kit.session.grant()
  api.reset()
  store.get = () => Promise.reject(new ConfigurationError('path', 'a folder that exists', 'gone'))
  const rejections: unknown[] = []
  const onRejection = (reason: unknown): number => rejections.push(reason)
  process.on('unhandledRejection', onRejection)
  expect((await send(`${api.origin}/job`, { dispatcher: kit.dispatcher })).statusCode).toBe(401)
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', onRejection)
  expect(rejections).toEqual([])
})

test('a bare token that no login can replace brings the answer of the server at once', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { authenticator: { renewable: false } })
  await kit.session.grant()
  api.reset()
  expect((await send(`${api.origin}/job`, { dispatcher: kit.dispatcher })).statusCode).toBe(401)
  expect((await kit.session.fetch(`${api.origin}/job`)).status).toBe(401)
  expect(api.counts).toMatchObject({ login: 1, request: 2 })
})
