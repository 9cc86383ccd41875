import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ResetEvent, ResetRequest, ResetResponse } from '@latchkey/core'
import { fetch as undiciFetch, request as undiciRequest } from 'undici'
import { expect, test } from 'vitest'
import { startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { openSession, whileTimePasses } from './kit.ts'

const withStatus: Record<string, () => object> = {
  status: () => ({ status: 401 }),
  statusCode: () => ({ statusCode: 401 }),
  'response.status': () => ({ response: { status: 401 } }),
  'response.statusCode': () => ({ response: { statusCode: 401 } }),
}

test.each(Object.entries(withStatus))(
  'an error or a response with a %s is put to the authenticator',
  async (_name, make) => {
    await using api = await startApi()
    await using kit = openSession(api)
    const generations: number[] = []
    const outcome = await kit.session.run((grant) => {
      generations.push(grant.generation)
      if (grant.generation === 1) throw Object.assign(new Error('of the client'), make())
      return grant.generation === 2 ? { headers: {}, ...make() } : 'done'
    })
    expect([outcome, generations]).toEqual(['done', [1, 2, 3]])
  },
)

test.each(Object.values(withStatus))(
  'data with a status of its own is no response, and its work is not done again',
  async (make) => {
    await using api = await startApi()
    await using kit = openSession(api)
    let calls = 0
    const data = { id: (calls += 1), ...make() }
    expect(await kit.session.run(() => data)).toBe(data)
    expect([calls, api.counts.login]).toEqual([1, 1])
  },
)

test('work that is no function is a ConfigurationError', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await expect(kit.session.run(undefined as never)).rejects.toMatchObject({ code: 'CONFIGURATION', option: 'work' })
})

test.each([undefined, null, 'text', 17, new Error('plain'), { status: '401' }, { status: 401.5 }])(
  'an outcome without a status is no reset: %o',
  async (outcome) => {
    await using api = await startApi()
    await using kit = openSession(api)
    expect(await kit.session.run(() => outcome)).toBe(outcome)
    const thrown = kit.session.run(() => {
      throw outcome
    })
    await expect(
      thrown.then(
        () => 'resolved',
        (error: unknown) => ['rejected', error],
      ),
    ).resolves.toEqual(['rejected', outcome])
    expect(api.counts.login).toBe(1)
  },
)

test('what a client says of its response is put to the authenticator in one form', async () => {
  await using api = await startApi()
  const asked: [ResetResponse, ResetRequest][] = []
  await using kit = openSession(api, {
    authenticator: {
      isReset: (response, request) => {
        asked.push([response, request])
        return false
      },
    },
  })
  api.always('/job', { status: 418, headers: { 'X-Mixed': 'Yes' } })
  const url = `${api.origin}/job?page=2`
  await kit.session.run(() => fetch(url))
  await kit.session.run(() => undiciFetch(url))
  await kit.session.run(() => ({ status: 418, headers: { 'X-Mixed': 'Yes' }, config: { method: 'get', url } }))
  await kit.session.run(() => ({ status: 418, headers: { 'X-Mixed': 'Yes' }, method: 'GET', path: '/job?page=2' }))
  for (const [response, request] of asked) {
    expect(response).toMatchObject({ statusCode: 418, headers: { 'x-mixed': 'Yes' } })
    expect(request).toMatchObject({ method: 'GET', path: '/job?page=2' })
  }
  expect(asked).toHaveLength(4)
})

test('the caller may say what a reset is', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const isReset = (outcome: unknown): boolean => outcome instanceof RangeError || outcome === 'signed out'
  const outcomes = ['signed out', new RangeError('no session'), { status: 401 }]
  const outcome = await kit.session.run(
    () => {
      const next = outcomes.shift()
      if (next instanceof Error) throw next
      return next
    },
    { isReset },
  )
  expect([outcome, api.counts.login]).toEqual([{ status: 401 }, 3])
})

test('after the replays, the last outcome is returned or thrown, and its grant rejected', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  await using kit = openSession(api, { clock, maxReplays: 1 })
  let calls = 0
  const error = (): Error => Object.assign(new Error(`error ${(calls += 1)}`), { status: 401 })
  const failing = kit.session.run(() => {
    throw error()
  })
  await expect(whileTimePasses(clock, failing)).rejects.toThrow('error 2')
  expect((await kit.session.status()).live).toBe(false)
  const returning = kit.session.run(() => ({ status: 401, headers: {}, call: (calls += 1) }))
  expect(await whileTimePasses(clock, returning)).toEqual({ status: 401, headers: {}, call: 4 })
})

test('a reset that is returned is drained before the replay, so it keeps no connection', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { agent: { connections: 1 } })
  const { session, agent } = kit
  await session.grant()
  api.reset()
  api.next('/job', { status: 401, body: Buffer.alloc(100_000) })
  const response = await session.run((grant) =>
    undiciFetch(`${api.origin}/job`, { dispatcher: agent, headers: { authorization: `Bearer ${grant.token}` } }),
  )
  expect(response.status).toBe(200)
  await response.text()
})

test('a reset that is drained leaves no timer that keeps a finished script alive', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  await using kit = openSession(api, { clock })
  await kit.session.grant()
  api.reset()
  const { statusCode, body } = await kit.session.run((grant) =>
    undiciRequest(`${api.origin}/job`, { dispatcher: kit.agent, headers: { authorization: `Bearer ${grant.token}` } }),
  )
  await body.dump()
  expect(statusCode).toBe(200)
  expect(clock.holding).toBe(0)
})

test.each([
  { outcome: { status: 200 }, worked: true },
  { outcome: { status: 404 }, worked: true },
  { outcome: 'whatever', worked: true },
  { outcome: { status: 503 }, worked: false },
])('an outcome of $outcome proves that the grant works: $worked', async ({ outcome, worked }) => {
  await using api = await startApi()
  await using kit = openSession(api)
  const resets: unknown[] = []
  const onReset = (event: unknown): number => resets.push((event as ResetEvent).worked)
  subscribe('latchkey:reset', onReset)
  await kit.session.run(() => outcome)
  await kit.session.reject(await kit.session.grant())
  unsubscribe('latchkey:reset', onReset)
  expect(resets).toEqual([worked])
})

test('the signal is handed on to the work', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const { signal } = new AbortController()
  expect(await kit.session.run((_grant, context) => context.signal, { signal })).toBe(signal)
  expect(await kit.session.run((_grant, context) => context.signal.aborted)).toBe(false)
})
