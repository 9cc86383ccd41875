import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Sessions, sessionsDefaults } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { openSessions, plainClient } from './open.ts'

const tenantsOf = (sessions: Sessions): string[] => [...sessions.clients().keys()]

test('past the limit, whoever was asked for least recently is dropped', async () => {
  const { sessions } = openSessions({ limit: 2 })
  await sessions.for('acme')
  await sessions.for('bolt')
  await sessions.for('acme')
  await sessions.for('core')
  expect(tenantsOf(sessions)).toEqual(['acme', 'core'])
})

test('the limit holds for those who were opened at once, and all who asked get theirs', async () => {
  const secrets = Promise.withResolvers<void>()
  const sessions = new Sessions({
    store: new MemoryTokenStore(),
    limit: 3,
    open: (tenant) => secrets.promise.then(() => plainClient(tenant)),
  })
  const asked = ['a', 'b', 'c', 'd', 'e'].map((tenant) => sessions.for(tenant))
  secrets.resolve()
  const clients = await Promise.all(asked)
  expect(clients.map(({ tenant }) => tenant)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(sessions.size).toBe(3)
  expect(await sessions.for('a')).toBe(clients[0])
})

test('a tenant that nobody asks for is dropped after the idle time, and one that is asked for is not', async () => {
  const { sessions, clock } = openSessions({ idleTime: 1_000 })
  await sessions.for('idle')
  await sessions.for('busy')
  await clock.advance(600)
  await sessions.for('busy')
  await clock.advance(400)
  expect(tenantsOf(sessions)).toEqual(['busy'])
  await clock.advance(600)
  expect(tenantsOf(sessions)).toEqual([])
})

test('a look at the clients keeps none of them open', async () => {
  const { sessions, clock } = openSessions({ idleTime: 1_000 })
  await sessions.for('acme')
  await clock.advance(900)
  expect(tenantsOf(sessions)).toEqual(['acme'])
  await clock.advance(100)
  expect(sessions.size).toBe(0)
})

test('the timer that drops keeps no process alive', async () => {
  const { sessions, clock } = openSessions()
  await sessions.for('acme')
  expect(clock.pending).toBe(1)
  expect(clock.holding).toBe(0)
})

test('requests go on under a dropped client, and cost no login when it is asked for again', async () => {
  const { sessions, attempts, made } = openSessions({ limit: 1 })
  const acme = await sessions.for('acme')
  const { token } = await acme.grant()
  await sessions.for('bolt')
  expect((await acme.grant()).token).toBe(token)
  const again = await sessions.for('acme')
  expect((await again.grant()).token).toBe(token)
  expect(attempts).toHaveLength(1)
  expect(made).toEqual(['acme', 'bolt'])
})

test('a client that somebody holds is found again, with one login under way for both', async () => {
  const { sessions, ...desk } = openSessions({ limit: 1 })
  const held = await sessions.for('acme')
  await sessions.for('bolt')
  expect(await sessions.for('acme')).toBe(held)
  await Promise.all([held.grant(), (await sessions.for('acme')).grant()])
  expect(desk.attempts).toHaveLength(1)
})

test('a client that nobody holds is freed, and its session waits in the store for the next to ask', async () => {
  const { sessions, clock, made, attempts } = openSessions({ idleTime: 1_000 })
  const { token } = await (await sessions.for('acme')).grant()
  const registry = new FinalizationRegistry<string>((tenant) => freed.resolve(tenant))
  const freed = Promise.withResolvers<string>()
  registry.register(await sessions.for('acme'), 'acme')
  // The session's own timer, which compares it with the store's, ends within 90 s of the last use.
  await clock.advance(200_000)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let done = false; !done;) {
    collect()
    done = await Promise.race([freed.promise.then(() => true), new Promise<false>((r) => setImmediate(r, false))])
  }
  expect((await (await sessions.for('acme')).grant()).token).toBe(token)
  expect(made).toEqual(['acme', 'acme'])
  expect(attempts).toHaveLength(1)
})

test('nothing is left of tenants once all are dropped and freed', async () => {
  const { sessions, clock } = openSessions({ idleTime: 1_000 })
  await sessions.for('acme')
  expect(clock.pending).toBe(1)
  await clock.advance(1_000)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await expect
    .poll(async () => {
      collect()
      await clock.advance(1_000)
      return clock.pending
    })
    .toBe(0)
})

test('a hold outlives the client: a tenant that was refused is not tried again for being opened anew', async () => {
  const tenants = openSessions()
  tenants.answer = (attempt) => attempt.refuse()
  await expect((await tenants.sessions.for('acme')).grant()).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
  tenants.sessions.forget('acme')
  await expect((await tenants.sessions.for('acme')).grant()).rejects.toMatchObject({ code: 'LOGIN_REFUSED' })
  expect(tenants.attempts).toHaveLength(1)
})

test('the documented defaults are those in force', () => {
  expect(sessionsDefaults).toEqual({ limit: 1_000, idleTime: 600_000 })
})
