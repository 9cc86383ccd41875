import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { Grant } from '@latchkey/core'
import { expect, test } from 'vitest'
import { Desk } from './support/desk.ts'

const token = 'canary-token-5a1f'
const refreshToken = 'canary-refresh-77c0'

test('a grant gives its secrets by name only', () => {
  const grant = new Grant({ id: 'id', generation: 1, issuedAt: 0, worked: false, token, refreshToken, expiresAt: 5 })
  expect([grant.token, grant.refreshToken]).toEqual([token, refreshToken])
  const shown = [
    JSON.stringify(grant),
    inspect(grant, { depth: Infinity, showHidden: true }),
    inspect({ nested: [grant] }, { depth: Infinity, showHidden: true }),
    String(grant),
    JSON.stringify({ ...grant }),
    JSON.stringify(Object.entries(grant)),
    JSON.stringify(structuredClone({ ...grant })),
  ].join('\n')
  expect(shown).not.toContain(token)
  expect(shown).not.toContain(refreshToken)
  expect(shown).toContain('generation')
})

test('a login is traced without its grant', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.grant({ refreshToken })
  const messages: unknown[] = []
  const collect = (message: object): void => void messages.push({ ...message })
  const handlers = { start: collect, end: collect, asyncStart: collect, asyncEnd: collect, error: collect }
  const channel = tracingChannel<unknown, object>('latchkey:login')
  channel.subscribe(handlers)
  await desk.session().grant()
  channel.unsubscribe(handlers)
  expect(messages.length).toBeGreaterThan(0)
  expect(reachable(messages)).not.toContain(desk.last.token)
  expect(reachable(messages)).not.toContain(refreshToken)
})

/** All texts that can be got at by names, accessors included. */
function reachable(value: unknown, seen = new Set<unknown>()): unknown[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [value]
  seen.add(value)
  const names = new Set([...Reflect.ownKeys(value), ...Reflect.ownKeys((Object.getPrototypeOf(value) ?? {}) as object)])
  return [...names].flatMap((name) => reachable(Reflect.get(value, name), seen))
}

test('a grant would be found by that search', async () => {
  const desk = new Desk()
  expect(reachable([await desk.session().grant()])).toContain(desk.last.token)
})

test('a session shows whose it is and nothing more', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.grant({ refreshToken })
  const session = desk.session()
  await session.grant()
  const shown = [
    inspect(session, { depth: Infinity, showHidden: true }),
    JSON.stringify(session),
    JSON.stringify(await session.status()),
  ].join('\n')
  expect(shown).toContain('desk.example/user')
  for (const secret of [desk.last.token, refreshToken, 'first-password']) expect(shown).not.toContain(secret)
})
