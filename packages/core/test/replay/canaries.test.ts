import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { type LatchkeyChannels, LatchkeyError, type ReplayEvent, type TokenStore } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { type Kit, openSession, resetUnder, send, whileTimePasses } from './kit.ts'

const channels: Record<keyof LatchkeyChannels, true> = {
  'latchkey:adopt': true,
  'latchkey:reset': true,
  'latchkey:replay': true,
  'latchkey:hold': true,
  'latchkey:logout': true,
  'latchkey:store': true,
}
const traces = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((phase) => `tracing:latchkey:login:${phase}`)

/** Everything that is published while it is open. */
class Wiretap implements Disposable {
  readonly events: [string, unknown][] = []
  readonly #names = [...Object.keys(channels), ...traces]
  // Shown at once as well, because a later look might miss what was there for a moment only.
  readonly shown: string[] = []
  readonly #listen = (event: unknown, name: string | symbol): void => {
    this.events.push([String(name), event])
    this.shown.push(show(event))
  }

  constructor() {
    for (const name of this.#names) subscribe(name, this.#listen)
  }

  [Symbol.dispose](): void {
    for (const name of this.#names) unsubscribe(name, this.#listen)
  }
}

/** All that a log could make of a value. */
function show(value: unknown, seen = new Set<unknown>()): string {
  if (seen.has(value)) return ''
  seen.add(value)
  const parts = [
    inspect(value, { depth: Infinity, showHidden: true, getters: false }),
    JSON.stringify(value),
    String(value),
  ]
  if (value instanceof Error) parts.push(value.message, value.stack ?? '', show(value.cause, seen))
  if (typeof value === 'object' && value !== null) {
    parts.push(inspect({ ...value }, { depth: Infinity, showHidden: true }), JSON.stringify({ ...value }))
    for (const each of Object.values(value)) parts.push(show(each, seen))
  }
  return parts.join('\n')
}

function expectNoSecrets(api: ScriptedApi, ...shown: string[]): void {
  const secrets = [api.password, ...api.tokens]
  for (const text of shown) for (const secret of secrets) expect(text).not.toContain(secret)
}

const failures: Record<string, (api: ScriptedApi, kit: Kit) => Promise<unknown>> = {
  'a refused login': (api, { session }) => {
    api.password = `${api.password} changed`
    return session.fetch(`${api.origin}/job`)
  },
  'a throttled login': (api, { dispatcher }) => {
    api.always('/login', { status: 429, headers: { 'retry-after': '7' } })
    return send(`${api.origin}/job`, { dispatcher })
  },
  'a failing login': (api, { session }) => {
    api.always('/login', ({ request }) => {
      request.socket.destroy()
    })
    return session.grant()
  },
  'a login that yields no token': (api, { session }) => {
    api.always('/login', { status: 200, body: JSON.stringify({ token: `${api.password}\r\nset-cookie: x` }) })
    return session.grant()
  },
  'a request that names no origin': (_api, { dispatcher }) => dispatcher.request({ path: '/job', method: 'GET' }),
  'a body that cannot be replayed': async (api, { session, dispatcher }) => {
    await session.grant()
    const body = new Blob([Buffer.alloc(200_000)]).stream() as never
    return resetUnder(api, 1, () => send(`${api.origin}/job`, { dispatcher, method: 'POST', body }))
  },
  'a logout that is not confirmed': async (api, { session }) => {
    await session.grant()
    api.always('/logout', { status: 500 })
    return session.logout()
  },
  'a closed session': async (_api, { session }) => {
    await session.close()
    return session.grant()
  },
}

test.each(Object.entries(failures))('%s tells neither password nor token', async (_name, fail) => {
  await using api = await startApi()
  await using kit = openSession(api)
  using wiretap = new Wiretap()
  const error = await fail(api, kit).then(
    () => expect.unreachable(),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(LatchkeyError)
  expectNoSecrets(api, show(error), ...wiretap.shown)
})

test('a store that fails tells neither password nor token', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  const failing: TokenStore = {
    get: () => Promise.reject(new Error('down')),
    set: () => Promise.reject(new Error('down')),
  }
  await using kit = openSession(api, { clock, store: failing, storeFailure: 'fail' })
  using wiretap = new Wiretap()
  const error: unknown = await whileTimePasses(clock, kit.session.grant()).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'TOKEN_STORE' })
  expectNoSecrets(api, show(error), ...wiretap.shown)
})

test('no event of a life with resets, strikes, replays and another process tells password or token', async () => {
  await using api = await startApi()
  const clock = new VirtualClock()
  const store = new MemoryTokenStore()
  await using one = openSession(api, { clock, store })
  await using two = openSession(api, { clock, store })
  using wiretap = new Wiretap()
  const url = `${api.origin}/job?note=hidden`
  await send(url, { dispatcher: one.dispatcher })
  await (await two.session.fetch(url)).text()
  await resetUnder(api, 1, () => send(url, { dispatcher: one.dispatcher }))
  api.always('/job', { status: 401 })
  await whileTimePasses(clock, send(url, { dispatcher: one.dispatcher }))
  api.always('/job', undefined)
  await whileTimePasses(clock, send(url, { dispatcher: one.dispatcher }))
  await one.session.logout()
  const seen = new Set(wiretap.events.map(([name]) => name))
  for (const name of [
    'latchkey:adopt',
    'latchkey:reset',
    'latchkey:replay',
    'latchkey:logout',
    traces[0]!,
    traces[3]!,
  ]) {
    expect(seen).toContain(name)
  }
  expectNoSecrets(api, ...wiretap.shown, ...wiretap.events.map(([, event]) => show(event)))
  const replays = wiretap.events.filter(([name]) => name === 'latchkey:replay').map(([, event]) => event as ReplayEvent)
  expect(replays[0]).toEqual({ subject: one.session.subject, method: 'GET', path: '/job', replay: 1, generation: 2 })
  expect(replays.map(({ path }) => path)).toEqual(replays.map(() => '/job'))
})

test('session, grant, status and dispatcher show neither password nor token', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const { session } = kit
  const grant = await session.grant()
  expect(grant.token).toBe(api.tokens[0])
  expectNoSecrets(api, show(session), show(grant), show(await session.status()), show(session.interceptor()))
  expectNoSecrets(api, show({ nested: [session, grant] }), inspect(kit, { depth: Infinity, showHidden: true }))
})
