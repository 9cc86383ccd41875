import { once } from 'node:events'
import { request } from 'undici'
import { expect, test } from 'vitest'
import { type Exchange, type Script, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { openSession, send, whileTimePasses } from './kit.ts'

/** Keeps writing for as long as anybody reads. */
const endless: Script = async ({ response }: Exchange) => {
  response.writeHead(401)
  while (!response.destroyed) {
    if (!response.write(Buffer.alloc(16 * 1024))) {
      await Promise.race([once(response, 'drain'), once(response, 'close')])
    }
  }
}

/** Begins an answer that never goes on. */
const dribbling: Script = ({ response }: Exchange) => {
  response.writeHead(401)
  response.write('wait for it')
}

/** Promises more than comes. */
const brokenOff: Script = ({ response }: Exchange) => {
  response.writeHead(401, { 'content-length': 1_000 })
  response.write('the beginning', () => response.destroy())
}

const resets: Record<string, { script: Script; connections: number }> = {
  'without a body': { script: { status: 401 }, connections: 1 },
  'with 30 KiB of body': { script: { status: 401, body: Buffer.alloc(30 * 1024) }, connections: 1 },
  'with a body that never ends': { script: endless, connections: 2 },
  'with a body that dribbles': { script: dribbling, connections: 2 },
  'with a body that breaks off': { script: brokenOff, connections: 2 },
}

const ways = ['undici request', 'session.fetch', 'session.run'] as const

const cases = Object.entries(resets).flatMap(([name, reset]) => ways.map((way) => ({ way, name, ...reset })))

test.each(cases)('a reset $name does not lock up a pool of one, with $way', async ({ way, script, connections }) => {
  await using api = await startApi()
  const clock = new VirtualClock()
  // The login needs the same single connection that the reset came on.
  await using kit = openSession(api, { clock, agent: { connections: 1 } })
  const { session, dispatcher, agent } = kit
  let connects = 0
  agent.on('connect', () => (connects += 1))
  await session.grant()
  api.next('/job', script)
  const url = `${api.origin}/job`
  const work: Record<(typeof ways)[number], () => Promise<unknown>> = {
    'undici request': () => send(url, { dispatcher }),
    'session.fetch': async () => (await session.fetch(url)).text(),
    'session.run': () =>
      session.run(async (grant) => {
        const response = await request(url, { dispatcher: agent, headers: { authorization: `Bearer ${grant.token}` } })
        if (response.statusCode === 200) await response.body.dump()
        return response
      }),
  }
  await whileTimePasses(clock, work[way]())
  expect(api.counts).toMatchObject({ login: 2, request: 2, served: 1 })
  expect(connects).toBe(connections)
})

test('a connection is not given up while the body of its reset still comes in time', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  await using kit = openSession(api, { clock, agent: { connections: 1 } })
  await kit.session.grant()
  let connects = 0
  kit.agent.on('connect', () => (connects += 1))
  const begun = Promise.withResolvers<() => void>()
  api.next('/job', ({ response }) => {
    response.writeHead(401)
    response.write('wait', () => begun.resolve(() => response.end('over')))
  })
  const done = send(`${api.origin}/job`, { dispatcher: kit.dispatcher })
  const end = await begun.promise
  await expect.poll(() => clock.pending, { interval: 1 }).toBeGreaterThan(0)
  await clock.advance(900)
  end()
  expect((await done).statusCode).toBe(200)
  expect(connects).toBe(0)
})

test('a body that never ends is given up once it is long, without any waiting', async () => {
  await using api = await startApi()
  await using kit = openSession(api, { clock: new VirtualClock() })
  for (const go of [
    async () => (await send(`${api.origin}/job`, { dispatcher: kit.dispatcher })).statusCode,
    async () => (await kit.session.fetch(`${api.origin}/job`)).status,
  ]) {
    api.next('/job', endless)
    expect(await go()).toBe(200)
  }
})
