import { getEventListeners, once } from 'node:events'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { ServiceTrade, type ServiceTradeCalls } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { collect, rejection, startClient } from './support/client.ts'
import { json, startLoggedIn } from './support/scripted.ts'
import { settle } from './support/virtual-clock.ts'

const paperwork = { purposeId: 1, entityType: 3, entityId: 1 }
const file = { value: Buffer.from('x'), filename: 'x.txt' }

type Options = { signal?: AbortSignal }
const calls: [string, (st: ServiceTradeCalls, options?: Options) => Promise<unknown>][] = [
  ['get', (st, options) => st.get('/job/1', {}, options)],
  ['post', (st, options) => st.post('/job', { a: 1 }, options)],
  ['put', (st, options) => st.put('/job/1', { a: 1 }, options)],
  ['delete', (st, options) => st.delete('/job/1', options)],
  ['list', (st, options) => collect(st.list('/job', {}, options))],
  ['attach', (st, options) => st.attach(paperwork, file, options)],
]

/** A server that says when a request has come, and answers none. */
async function startSilent() {
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const api = await startLoggedIn(() => resolve())
  const st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  return {
    api,
    st,
    arrived,
    async [Symbol.asyncDispose]() {
      await st.close()
      await api[Symbol.asyncDispose]()
    },
  }
}

describe.each(calls)('%s of a bound client', (_name, call) => {
  test("ends with the bound signal's reason", async () => {
    await using silent = await startSilent()
    const controller = new AbortController()
    const outcome = rejection(call(silent.st.withSignal(controller.signal)))
    await silent.arrived
    controller.abort(new Error('enough'))
    expect(await outcome).toMatchObject({ message: 'enough' })
  })

  test('ends with its own signal, too', async () => {
    await using silent = await startSilent()
    const [bound, own] = [new AbortController(), new AbortController()]
    const outcome = rejection(call(silent.st.withSignal(bound.signal), { signal: own.signal }))
    await silent.arrived
    own.abort(new Error('enough of this one'))
    expect(await outcome).toMatchObject({ message: 'enough of this one' })
  })

  test('sends nothing once the signal is aborted', async () => {
    await using silent = await startSilent()
    const st = silent.st.withSignal(AbortSignal.abort(new Error('too late')))
    for (const options of [{}, { signal: new AbortController().signal }]) {
      expect(await rejection(call(st, options))).toMatchObject({ message: 'too late' })
    }
    expect(silent.api.received).toEqual([])
  })
})

test('a bound client does what the client does, with the same session', async () => {
  await using started = await startClient({ seed: { jobs: 3 } })
  const { st, api } = started
  const bound = st.withSignal(new AbortController().signal)
  const either: ServiceTradeCalls[] = [bound, st]
  const [one, other] = await Promise.all(either.map((client) => client.get('/job/1')))
  expect(one).toEqual(other)
  expect(await collect(bound.list('/job', { limit: 2, status: '*' }))).toHaveLength(3)
  const { id } = await bound.post<{ id: number }>('/comment', { entityType: 3, entityId: 1, content: 'hello' })
  expect(await bound.put<object>(`/comment/${id}`, { content: 'good bye' })).toMatchObject({ content: 'good bye' })
  expect(await bound.delete(`/comment/${id}`)).toBeNull()
  expect(await bound.attach<object>(paperwork, file)).toMatchObject({ fileName: 'x.txt' })
  api.resetSessions()
  expect(await bound.get<object>('/job/1')).toMatchObject({ id: 1 })
  expect(api.counters.logins).toBe(2)
})

test('the session of a bound client is bound to the same signal', async () => {
  await using silent = await startSilent()
  const controller = new AbortController()
  const { session } = silent.st.withSignal(controller.signal)
  expect(session.subject).toBe(silent.st.session.subject)
  const outcome = rejection(session.fetch(`${silent.api.url}/elsewhere`))
  await silent.arrived
  controller.abort(new Error('enough'))
  expect(await outcome).toMatchObject({ message: 'enough' })
})

test('to abort one piece of work disturbs no other, not even in the login they share', async () => {
  await using client = await startClient()
  const { st, api } = client
  const hold = api.hold('login')
  const controller = new AbortController()
  const outcome = rejection(st.withSignal(controller.signal).get('/job/1'))
  const other = st.withSignal(new AbortController().signal).get<object>('/job/1')
  await hold.arrived()
  controller.abort(new Error('enough'))
  expect(await outcome).toMatchObject({ message: 'enough' })
  hold.release()
  expect(await other).toMatchObject({ id: 1 })
  expect(api.counters.loginAttempts).toBe(1)
})

test('a list that is being read stops between two items, with the reason', async () => {
  await using client = await startClient({ seed: { jobs: 5 } })
  const controller = new AbortController()
  const jobs = client.st.withSignal(controller.signal).list('/job', { limit: 5, status: '*' })
  let seen = 0
  const read = async () => {
    for await (const _job of jobs) {
      seen += 1
      if (seen === 2) controller.abort(new Error('enough'))
    }
  }
  expect(await rejection(read())).toMatchObject({ message: 'enough' })
  expect(seen).toBe(2)
})

test('the wait for a Retry-After ends with the bound signal', async () => {
  const { promise: throttled, resolve } = Promise.withResolvers<void>()
  await using api = await startLoggedIn((_request, response) => {
    json(response, 429, { data: null }, { 'retry-after': '60' })
    response.once('close', resolve)
    response.once('finish', resolve)
  })
  await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  const controller = new AbortController()
  const outcome = rejection(st.withSignal(controller.signal).get('/job/1'))
  await throttled
  controller.abort(new Error('enough'))
  expect(await outcome).toMatchObject({ message: 'enough' })
})

test('an upload that its signal ends before it began lets go of its stream', async () => {
  await using silent = await startSilent()
  const stream = Readable.from(['x'])
  const closed = once(stream, 'close')
  const st = silent.st.withSignal(AbortSignal.abort(new Error('too late')))
  expect(await rejection(st.attach(paperwork, { value: stream, filename: 'x' }))).toMatchObject({ message: 'too late' })
  await closed
})

test('a bound client leaves nothing behind on its signal', async () => {
  await using client = await startClient()
  const { signal } = new AbortController()
  const bound = client.st.withSignal(signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
  await Promise.all(Array.from({ length: 30 }, () => bound.get('/job/1', {}, { signal: new AbortController().signal })))
  await bound.get('/job/1')
  // undici lets go of it when the response is closed, a turn after it was read.
  await settle()
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a bound client ends no session and shows no secrets', async () => {
  await using client = await startClient()
  const bound = client.st.withSignal(new AbortController().signal)
  await bound.get('/job/1')
  for (const name of ['close', 'logout', Symbol.asyncDispose]) expect(name in bound).toBe(false)
  const { subject } = client.st.session
  expect(JSON.stringify(bound)).toBe(JSON.stringify({ subject }))
  expect(inspect(bound, { showHidden: true, depth: 9 })).toBe(`ServiceTradeCalls { subject: '${subject}' }`)
  expect(inspect(client.st)).toBe(`ServiceTrade { subject: '${subject}' }`)
})

test.each([
  undefined,
  null,
  {},
  { signal: new AbortController().signal },
  new AbortController(),
  'x',
  new EventTarget(),
])('a signal that is %s is a ConfigurationError', async (signal) => {
  await using client = await startClient()
  expect(() => client.st.withSignal(signal as never)).toThrow(
    expect.objectContaining({ code: 'CONFIGURATION', option: 'signal' }),
  )
})
