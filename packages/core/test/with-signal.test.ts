import { ConfigurationError, type Session, type SessionCalls } from '@latchkey/core'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openSession, type Kit } from './replay/kit.ts'
import { startApi } from './support/scripted-api.ts'

const calls: Record<string, (session: SessionCalls, url: string, signal?: AbortSignal) => Promise<unknown>> = {
  'fetch of an address': (session, url, signal) => session.fetch(url, { signal: signal ?? null }),
  'fetch of a Request': (session, url, signal) =>
    session.fetch(new Request(url, signal === undefined ? {} : { signal })),
  run: (session, url, signal) =>
    session.run(
      async ({ token }, context) =>
        fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: context.signal }),
      { signal },
    ),
}

async function aborting(
  kit: Kit,
  url: string,
  act: (bound: SessionCalls, url: string) => Promise<unknown>,
  controller: AbortController,
  arrived: () => Promise<void>,
): Promise<unknown> {
  const going = act(kit.session.withSignal(controller.signal), url)
  await Promise.race([arrived(), going])
  controller.abort(new Error('enough'))
  return going
}

describe.each(Object.entries(calls))('%s through a bound session', (_name, call) => {
  test("ends with the bound signal's reason", async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const hold = api.hold('request')
    const outcome = aborting(kit, `${api.origin}/job`, call, new AbortController(), () => hold.arrived(1))
    await expect(outcome).rejects.toThrow('enough')
  })

  test('ends with its own signal, too', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    const hold = api.hold('request')
    const own = new AbortController()
    const outcome = call(kit.session.withSignal(new AbortController().signal), `${api.origin}/job`, own.signal)
    await Promise.race([hold.arrived(1), outcome])
    own.abort(new Error('of its own'))
    await expect(outcome).rejects.toThrow('of its own')
  })

  test('survives a reset like any other', async () => {
    await using api = await startApi()
    await using kit = openSession(api)
    await kit.session.grant()
    api.reset()
    const response = (await call(kit.session.withSignal(new AbortController().signal), `${api.origin}/job`)) as Response
    expect(response.status).toBe(200)
    expect(api.counts.login).toBe(2)
  })
})

test('the wait for a login ends with the bound signal, and with a signal of its own, and harms nobody else', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const login = api.hold('login')
  const [bound, own] = [new AbortController(), new AbortController()]
  const waiting = kit.session.withSignal(bound.signal).grant()
  const other = kit.session.withSignal(new AbortController().signal).grant({ signal: own.signal })
  const patient = kit.session.grant()
  await login.arrived(1)
  bound.abort(new Error('enough'))
  own.abort(new Error('of its own'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(other).rejects.toThrow('of its own')
  login.release()
  await patient
  expect(api.counts.login).toBe(1)
})

test('the body of an answer ends with the bound signal', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  api.always('/endless', ({ response }) => void response.writeHead(200).write('first part'))
  const controller = new AbortController()
  const response = await kit.session.withSignal(controller.signal).fetch(`${api.origin}/endless`)
  const reading = response.text()
  controller.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
})

test('a bound session tells what the session does, and cannot end it', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const bound = kit.session.withSignal(new AbortController().signal)
  const grant = await bound.grant()
  expect(bound.subject).toBe(kit.session.subject)
  await bound.reject(grant)
  expect(await bound.status()).toMatchObject({ live: false, generation: 1 })
  expect(['close', 'logout'].filter((name) => name in bound)).toEqual([])
  expect(inspect(bound, { depth: Infinity, showHidden: true }) + JSON.stringify(bound)).not.toContain(grant.token)
})

test.each([[undefined], [null], [new AbortController()], ['soon']])('%o is no signal to bind to', async (signal) => {
  await using api = await startApi()
  await using kit = openSession(api)
  const bind = (session: Session) => session.withSignal(signal as unknown as AbortSignal)
  expect(() => bind(kit.session)).toThrow(ConfigurationError)
  expect(() => bind(kit.session)).toThrow(/^signal takes an AbortSignal, but got/)
})

test('a bound session rejects what it cannot take, and takes null for no options', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const bound = kit.session.withSignal(new AbortController().signal)
  expect(await bound.fetch(`${api.origin}/job`, null)).toMatchObject({ status: 200 })
  await expect(bound.fetch(null as never)).rejects.toThrow(TypeError)
  await expect(bound.fetch(`${api.origin}/job`, 'options' as never)).rejects.toThrow(ConfigurationError)
  await expect(bound.fetch(`${api.origin}/job`, { signal: 'none' as never })).rejects.toThrow(TypeError)
  await expect(bound.grant({ signal: 'none' as never })).rejects.toThrow(TypeError)
  await expect(bound.run(() => {}, { signal: 'none' as never })).rejects.toThrow(TypeError)
})
