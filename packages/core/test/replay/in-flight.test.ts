import { request } from 'undici'
import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Kit, openSession, resetUnder, send } from './kit.ts'

const count = 100

const ways: Record<string, (kit: Kit, url: string) => Promise<number>> = {
  'undici request': async ({ dispatcher }, url) => (await send(url, { dispatcher })).statusCode,
  'session.fetch': async ({ session }, url) => {
    const response = await session.fetch(url)
    await response.text()
    return response.status
  },
  'session.run': async ({ session, agent }, url) => {
    const response = await session.run((grant) =>
      request(url, { dispatcher: agent, headers: { authorization: `Bearer ${grant.token}` } }),
    )
    await response.body.dump()
    return response.statusCode
  },
}

const many = (work: () => Promise<number>): Promise<number[]> => Promise.all(Array.from({ length: count }, work))

async function rejectedAll(api: ScriptedApi): Promise<void> {
  await expect.poll(() => api.counts.rejected, { interval: 5 }).toBe(count)
}

describe.each(Object.entries(ways))('%s', (_name, go) => {
  test('every request in flight at a reset replays, for one login', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const statuses = await resetUnder(api, count, () => many(() => go(kit, `${api.origin}/job`)))
    expect(statuses).toEqual(Array.from({ length: count }, () => 200))
    expect(api.counts).toMatchObject({ login: 2, rejected: count, served: count })
  })

  test('all replays are sent as soon as the login answers, with no timer and no further request', async () => {
    await using api = await startApi()
    // Time stands still in this test, so nothing that waits for a timer would ever happen.
    await using kit = openSession(api, { clock: new VirtualClock() })
    await kit.session.grant()
    const login = api.hold('login')
    const done = resetUnder(api, count, () => many(() => go(kit, `${api.origin}/job`)))
    await Promise.all([login.arrived(1), rejectedAll(api)])
    const replays = api.hold('request')
    login.release()
    await replays.arrived(count)
    expect(api.counts).toMatchObject({ login: 2, probe: 0, logout: 0, request: 2 * count })
    replays.release()
    expect(new Set(await done)).toEqual(new Set([200]))
  })

  test('a late verdict on a grant that was replaced costs no login, and the request replays', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const late = api.hold('request')
    const slow = Promise.all(Array.from({ length: 5 }, () => go(kit, `${api.origin}/slow`)))
    await late.arrived(5)
    api.reset()
    api.hold('request').release()
    expect(await go(kit, `${api.origin}/quick`)).toBe(200)
    expect(api.counts.login).toBe(2)
    late.release()
    expect(await slow).toEqual([200, 200, 200, 200, 200])
    expect(api.counts).toMatchObject({ login: 2, rejected: 6, served: 6 })
  })
})

test('a replay carries the new grant, and the next request needs no login', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  await kit.session.grant()
  await resetUnder(api, 1, () => send(`${api.origin}/job`, { dispatcher: kit.dispatcher }))
  await send(`${api.origin}/job`, { dispatcher: kit.dispatcher })
  expect(api.received.map(({ tokens }) => tokens)).toEqual([[api.tokens[0]], [api.tokens[1]], [api.tokens[1]]])
})
