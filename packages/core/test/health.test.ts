import { healthOf, LoginRefusedError, type Session } from '@latchkey/core'
import { expect, test } from 'vitest'
import { Desk } from './support/desk.ts'

async function healthy(session: Session): Promise<boolean> {
  return healthOf(await session.status()).healthy
}

test('a session is healthy before its first login, and asking logs nobody in', async () => {
  const desk = new Desk()
  await using session = desk.session()
  expect(await healthy(session)).toBe(true)
  expect(desk.attempts).toHaveLength(0)
})

test('a session is unhealthy while its credentials are refused, until the hold has passed', async () => {
  const desk = new Desk()
  desk.answer = (attempt) => attempt.refuse()
  await using session = desk.session()
  await expect(session.grant()).rejects.toBeInstanceOf(LoginRefusedError)
  const health = healthOf(await session.status())
  expect(health).toMatchObject({ healthy: false, live: false, subject: session.subject, hold: { reason: 'refused' } })
  desk.clock.epoch += health.hold!.until - desk.clock.now()
  expect(await healthy(session)).toBe(true)
})

test('a session that serves is healthy, whatever became of its refresh', async () => {
  const desk = new Desk()
  await using session = desk.session()
  desk.answer = (attempt) => attempt.grant({ expiresAt: desk.clock.now() + 100_000 })
  await session.grant()
  desk.answer = (attempt) => attempt.refuse()
  await desk.clock.advance(85_000)
  await session.grant()
  await desk.clock.advance(1)
  const health = healthOf(await session.status())
  expect(health).toMatchObject({ healthy: true, live: true, hold: { reason: 'refused' } })
})

test('a session whose store is out of reach is healthy: its next request logs in', async () => {
  const broken = () => Promise.reject(new Error('gone'))
  await using session = new Desk().session({ store: { get: broken, set: broken } })
  expect(healthOf(await session.status())).toMatchObject({ healthy: true, live: false, store: 'unavailable' })
})
