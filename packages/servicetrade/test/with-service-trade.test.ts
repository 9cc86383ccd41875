import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { interruptTimes, type ServiceTrade, withServiceTrade } from '@latchkey/servicetrade'
import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { describe, expect, test } from 'vitest'
import { rejection } from './support/client.ts'
import { startScript } from './support/script.ts'
import { json, startLoggedIn } from './support/scripted.ts'

const listeners = () =>
  process.listenerCount('SIGINT') + process.listenerCount('SIGTERM') + process.listenerCount('SIGHUP')

async function failLater(st: ServiceTrade): Promise<never> {
  await st.get('/job/1')
  throw new Error('the work failed')
}

describe('a script', () => {
  test('without work is a ConfigurationError', async () => {
    await expect(withServiceTrade(defaultUser, undefined as never)).rejects.toMatchObject({ option: 'work' })
  })

  test('logs in, acts, returns and logs out', async () => {
    await using api = await startEmulator()
    const before = listeners()
    let client: ServiceTrade | undefined
    const result = await withServiceTrade({ ...defaultUser, baseUrl: api.url }, async (st, { signal }) => {
      client = st
      await st.get('/job/1')
      expect(signal.aborted).toBe(false)
      expect(api.counters.liveSessions).toBe(1)
      expect(listeners()).toBe(before + 3)
      return 'done'
    })
    expect(result).toBe('done')
    expect(api.counters).toMatchObject({ logins: 1, logouts: 1, liveSessions: 0 })
    expect(listeners()).toBe(before)
    expect(await rejection(client!.get('/job/1'))).toMatchObject({ code: 'SESSION_CLOSED' })
    expect(api.counters.logins).toBe(1)
  })

  test.each([
    [
      'at once',
      () => {
        throw new Error('the work failed')
      },
    ],
    ['later', failLater],
  ])('that throws %s logs out and rejects with what it threw', async (_when, work) => {
    await using api = await startEmulator()
    const before = listeners()
    const error = await rejection(withServiceTrade({ ...defaultUser, baseUrl: api.url }, work))
    expect(error).toMatchObject({ message: 'the work failed' })
    expect(api.counters.liveSessions).toBe(0)
    expect(listeners()).toBe(before)
  })

  test('that never logged in sends no logout', async () => {
    await using api = await startEmulator()
    expect(await withServiceTrade({ ...defaultUser, baseUrl: api.url }, () => 7)).toBe(7)
    expect(api.counters).toMatchObject({ loginAttempts: 0, requests: 0 })
  })

  test('whose logout fails rejects, unless its work failed before', async () => {
    await using api = await startLoggedIn(({ method }, response) => {
      if (method === 'DELETE') response.writeHead(500).end()
      else json(response, 200, { data: 1 })
    })
    const options = { ...defaultUser, baseUrl: api.url }
    const failed = await rejection(withServiceTrade(options, (st) => st.get('/job/1')))
    expect(failed).toMatchObject({ code: 'LOGOUT_FAILED' })
    const seen: unknown[] = []
    const note = (event: unknown) => void seen.push(event)
    subscribe('latchkey:logout', note)
    try {
      expect(await rejection(withServiceTrade(options, failLater))).toMatchObject({ message: 'the work failed' })
    } finally {
      unsubscribe('latchkey:logout', note)
    }
    expect(seen).toMatchObject([{ reason: 'requested', error: { message: 'The logout was answered 500' } }])
  })

  test('leaves no work behind that logs in again', async () => {
    await using api = await startEmulator()
    const hold = api.hold('request', { limit: 1 })
    let stray: Promise<unknown> | undefined
    await withServiceTrade({ ...defaultUser, baseUrl: api.url }, async (st) => {
      await st.session.grant()
      stray = rejection(st.get('/job/1'))
      await hold.arrived()
    })
    hold.release()
    expect(await stray).toMatchObject({ code: 'SESSION_CLOSED' })
    expect(api.counters).toMatchObject({ logins: 1, liveSessions: 0 })
  })

  test('with a store of its own choice uses the session that it finds, and ends it', async () => {
    await using api = await startEmulator()
    const options = { ...defaultUser, baseUrl: api.url, store: new MemoryTokenStore() }
    await withServiceTrade(options, async (st) => {
      await st.get('/job/1')
      await withServiceTrade(options, (inner) => inner.get('/job/1'))
      expect(api.counters).toMatchObject({ logins: 1, liveSessions: 0 })
      await st.get('/job/1')
    })
    expect(api.counters).toMatchObject({ logins: 2, logouts: 2, liveSessions: 0 })
  })

  test('with bad options rejects before it does anything', async () => {
    const before = listeners()
    const error = await rejection(withServiceTrade({ username: '', password: 'x' }, () => 1))
    expect(error).toMatchObject({ code: 'CONFIGURATION', option: 'username' })
    expect(listeners()).toBe(before)
  })

  test('is done in less time than Docker gives', () => {
    expect(interruptTimes.unwindTime + interruptTimes.logoutTime).toBeLessThan(10_000)
  })
})

/** Starts a script, sends it the signal while it works, and waits for its end. */
async function interrupt(baseUrl: string, scenario: string, signal: NodeJS.Signals) {
  await using script = startScript(baseUrl, scenario)
  await script.said('working')
  script.kill(signal)
  return await script.closed
}

const abortedBy = (signal: string): string => `aborted: AbortError: The process received ${signal}`

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a process that receives %s', (signal) => {
  const aborted = abortedBy(signal)

  test('lets the work unwind, logs out and ends by the signal', async () => {
    await using api = await startEmulator()
    expect(await interrupt(api.url, 'heeds', signal)).toMatchObject({
      code: null,
      signal,
      lines: ['working', aborted, 'cleaned up'],
      errors: '',
    })
    expect(api.counters).toMatchObject({ logins: 1, logouts: 1, liveSessions: 0 })
  })

  test('does not wait for the work at a second one', async () => {
    await using api = await startEmulator()
    await using script = startScript(api.url, 'ignores')
    await script.said('working')
    const start = performance.now()
    const logout = api.hold('request')
    script.kill(signal)
    // Signals of one kind that are pending at once arrive as one: again until it shows.
    const again = setInterval(() => script.kill(signal), 100)
    await logout.arrived()
    clearInterval(again)
    expect(performance.now() - start).toBeLessThan(interruptTimes.unwindTime)
    logout.release()
    expect(await script.closed).toMatchObject({ signal })
  })
})

// What follows the signal is the same for all of them.
describe('a process that receives SIGTERM', () => {
  const signal = 'SIGTERM'
  const aborted = abortedBy(signal)

  test('logs out when the unwinding throws', async () => {
    await using api = await startEmulator()
    expect(await interrupt(api.url, 'throws after', signal)).toMatchObject({ signal, lines: ['working', aborted] })
    expect(api.counters).toMatchObject({ logouts: 1, liveSessions: 0 })
  })

  test('in the middle of a login ends that session, too', async () => {
    await using api = await startEmulator()
    const hold = api.hold('login')
    await using script = startScript(api.url, 'during login')
    await hold.arrived()
    script.kill(signal)
    await script.said(aborted)
    hold.release()
    expect(await script.closed).toMatchObject({ code: null, signal, lines: ['working', aborted] })
    expect(api.counters).toMatchObject({ logins: 1, logouts: 1, liveSessions: 0 })
  })

  test('sends no logout if nobody logged in', async () => {
    await using api = await startEmulator()
    expect(await interrupt(api.url, 'without login', signal)).toMatchObject({
      code: null,
      signal,
      lines: ['working', aborted],
    })
    expect(api.counters).toMatchObject({ loginAttempts: 0, requests: 0 })
  })

  test('ends all scripts that run at once, without a warning', async () => {
    await using api = await startEmulator()
    await using script = startScript(api.url, 'concurrent')
    await script.said('working', 12)
    script.kill(signal)
    const { signal: end, lines } = await script.closed
    expect(end).toBe(signal)
    expect(lines.filter((line) => line === 'cleaned up')).toHaveLength(12)
    expect(lines.filter((line) => line.startsWith('warning'))).toEqual([])
    expect(api.counters).toMatchObject({ logins: 12, logouts: 12, liveSessions: 0 })
  })

  test('ends nested scripts from the inside out', async () => {
    await using api = await startEmulator()
    expect(await interrupt(api.url, 'nested', signal)).toMatchObject({
      code: null,
      signal,
      lines: ['working', aborted, 'cleaned up', aborted, 'outer cleaned up'],
    })
    expect(api.counters).toMatchObject({ logins: 2, logouts: 2, liveSessions: 0 })
  })

  test('logs out under work that does not heed it', async () => {
    await using api = await startEmulator()
    expect(await interrupt(api.url, 'ignores', signal)).toMatchObject({ signal, lines: ['working'] })
    expect(api.counters).toMatchObject({ logouts: 1, liveSessions: 0 })
  })
})

test('a process that listens itself decides on its end, and hears each signal once', async () => {
  await using api = await startEmulator()
  await using script = startScript(api.url, 'with a listener of its own')
  await script.said('working')
  script.kill('SIGTERM')
  const { code, lines } = await script.closed
  expect(code).toBe(0)
  expect(lines.filter((line) => line === 'own listener')).toHaveLength(1)
  expect(lines.slice(-2)).toEqual(['went on', 'listeners left: 0 0'])
  expect(api.counters).toMatchObject({ logouts: 1, liveSessions: 0 })
})

test('a process is not kept by a logout that hangs', async () => {
  await using api = await startEmulator()
  await using script = startScript(api.url, 'hung logout')
  await script.said('working')
  const logout = api.hold('request')
  script.kill('SIGTERM')
  await logout.arrived()
  expect(await script.closed).toMatchObject({ code: null, signal: 'SIGTERM' })
  logout.release()
})
