import { describe, expect, test } from 'vitest'
import { createGate } from '../src/gate.ts'
import { type Ended, login, startPlace } from './support/runs.ts'

const sensors = 20
const isSensor = (path: string): boolean => /\/Sensors\/./.test(path)
const sensorsIn = ({ stdout }: Ended): number => stdout.match(/ OK$/gm)?.length ?? 0
const loginsOf = ({ stdout }: Ended): string | undefined => /^Logins of this run: (.+);/m.exec(stdout)?.[1]
const whole = { exitCode: 0, stderr: '' }

describe('runs of the program', { timeout: 120_000 }, () => {
  test('share one session, one after the other: the second does not log in', async () => {
    await using place = await startPlace()
    const [first, second] = [await place.run(), await place.run()]
    expect([first, second]).toMatchObject([whole, whole])
    expect([first, second].map(sensorsIn)).toEqual([sensors, sensors])
    expect([first, second].map(loginsOf)).toEqual(['1 (first)', '0'])
    expect(place.controller.counters).toMatchObject({ loginAttempts: 1, rejected: 0 })
    expect(place.controller.sessions.size).toBe(1)
  })

  test('share one login, two at once', async () => {
    const held = Promise.withResolvers<void>()
    await using place = await startPlace({ arrived: (method) => (method === 'POST' ? held.promise : undefined) })
    await using one = place.start()
    await using other = place.start()
    await Promise.all([one.said('Reading'), other.said('Reading')])
    held.resolve()
    const both = await Promise.all([one.ended, other.ended])
    expect(both).toMatchObject([whole, whole])
    expect(both.map(loginsOf).toSorted()).toEqual(['0', '1 (first)'])
    expect(place.controller.counters).toMatchObject({ loginAttempts: 1, logins: 1 })
  })

  test('never meet the limit of 4 sessions, six of them and three at once', async () => {
    await using place = await startPlace()
    for (const _round of [1, 2]) {
      const three = await Promise.all([1, 2, 3].map(() => place.run()))
      expect(three.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
    }
    expect(place.controller.counters).toMatchObject({ loginAttempts: 1, full: 0 })
    expect(place.controller.sessions.size).toBe(1)
  })

  test('meet the limit where others hold all sessions: exit code 1, after one attempt', async () => {
    await using place = await startPlace()
    for (const _other of [1, 2, 3, 4]) place.controller.sessions.start()
    expect(await place.run()).toMatchObject({ exitCode: 1, stderr: 'any-api: The login was answered 503\n' })
    expect(place.controller.counters).toMatchObject({ loginAttempts: 1, full: 1, requests: 0 })
  })

  test('end quietly with exit code 1 if nobody reads what they say, and leave the session to the next', async () => {
    const held = Promise.withResolvers<void>()
    await using place = await startPlace({ arrived: (method) => (method === 'POST' ? held.promise : undefined) })
    await using one = place.start()
    await one.said('Reading')
    one.stopReading()
    held.resolve()
    expect(await one.ended).toMatchObject({ exitCode: 1, stderr: '' })
    expect(loginsOf(await place.run())).toBe('0')
  })

  test('log in once after a reset', async () => {
    await using place = await startPlace()
    await place.run()
    place.controller.sessions.endAll()
    const [second, third] = [await place.run(), await place.run()]
    expect([second, third]).toMatchObject([whole, whole])
    expect([second, third].map(loginsOf)).toEqual(['1 (reset)', '0'])
    expect(place.controller.counters).toMatchObject({ loginAttempts: 2, rejected: 1 })
  })

  test('log in once after a pause that is longer than the controller keeps sessions', async () => {
    let now = Date.now()
    await using place = await startPlace({ sessionTimeout: 60_000, clock: () => now })
    await place.run()
    now += 60_001
    expect(loginsOf(await place.run())).toBe('1 (reset)')
    expect(place.controller.sessions.size).toBe(1)
  })

  test('lose none of 20 reads that are under way when the session is reset, and log in once', async () => {
    const gate = createGate(sensors, () => place.controller.sessions.endAll())
    await using place = await startPlace({ arrived: (_method, path) => (isSensor(path) ? gate() : undefined) })
    const one = await place.run()
    expect(one).toMatchObject(whole)
    expect([sensorsIn(one), loginsOf(one)]).toEqual([sensors, '2 (first) (reset)'])
    expect(place.controller.counters).toMatchObject({ loginAttempts: 2, rejected: sensors })
  })

  test('try a wrong password once, all together, and show no secret', async () => {
    await using place = await startPlace()
    const wrong = { REDFISH_PASSWORD: 'incorrect-horse-battery' }
    const [first, second] = [await place.run([], wrong), await place.run([], wrong)]
    expect([first, second]).toMatchObject([{ exitCode: 1 }, { exitCode: 1 }])
    expect(first.stderr).toBe('any-api: The login was answered 401\n')
    expect(second.stderr).toMatch(/^any-api: The server refused the credentials: no login starts within .+\n$/)
    expect(place.controller.counters).toMatchObject({ loginAttempts: 1, refused: 1, requests: 0 })
    for (const { stdout, stderr } of [first, second]) {
      expect(stdout + stderr).not.toContain(wrong.REDFISH_PASSWORD)
      expect(stdout + stderr).not.toContain(login.password)
    }
    // The right one is another session, without that wait.
    expect(await place.run()).toMatchObject(whole)
  })

  test('leave no session after --log-out, whichever run opened it', async () => {
    await using place = await startPlace()
    await place.run()
    expect(place.controller.sessions.size).toBe(1)
    expect(await place.run(['--log-out'])).toEqual({ ...whole, stdout: 'Logged out\n' })
    expect(place.controller.sessions.size).toBe(0)
    expect(await place.run(['--log-out'])).toEqual({ ...whole, stdout: 'There was no session\n' })
    expect(place.controller.counters).toMatchObject({ loginAttempts: 1, rejected: 0 })
  })
})
