import { LoginFailedError, Session } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Agent, type Dispatcher, fetch as undiciFetch, getGlobalDispatcher, request, setGlobalDispatcher } from 'undici'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { authenticatorFor } from '../support/token-authenticator.ts'
import { openSession, resetUnder, send } from './kit.ts'

let original: Dispatcher
beforeEach(() => {
  original = getGlobalDispatcher()
})
afterEach(() => setGlobalDispatcher(original))

type Post = (url: string, body: string) => Promise<{ token: string }>

const headers = { 'content-type': 'application/json' }
const waysToLogIn: Record<string, Post> = {
  'undici request without a dispatcher': async (url, body) =>
    (await (await request(url, { method: 'POST', headers, body })).body.json()) as { token: string },
  "undici's fetch": async (url, body) =>
    (await (await undiciFetch(url, { method: 'POST', headers, body })).json()) as { token: string },
  "Node's own fetch": async (url, body) =>
    (await (await fetch(url, { method: 'POST', headers, body })).json()) as { token: string },
}

/** A session whose interceptor is on the global dispatcher, which everything goes through: logins, too. */
function globalSession(api: ScriptedApi, overrides: Parameters<typeof authenticatorFor>[1] = {}): Session {
  const session = new Session({ authenticator: authenticatorFor(api, overrides), store: new MemoryTokenStore() })
  setGlobalDispatcher(new Agent().compose(session.interceptor()))
  return session
}

async function survivesReset(api: ScriptedApi, session: Session): Promise<void> {
  await session.grant()
  expect((await send(`${api.origin}/job`, {})).statusCode).toBe(200)
  const { statusCode } = await resetUnder(api, 1, () => send(`${api.origin}/job`, {}))
  expect(statusCode).toBe(200)
  expect(api.counts).toMatchObject({ login: 2, rejected: 1, served: 2 })
}

test("a login through the context's dispatcher passes an interceptor on the global dispatcher untouched", async () => {
  await using api = await startApi()
  await using session = globalSession(api)
  await survivesReset(api, session)
})

test.each(Object.entries(waysToLogIn))('a login by %s passes it untouched, too', async (_name, post) => {
  await using api = await startApi()
  await using session = globalSession(api, {
    login: () => post(`${api.origin}/login`, JSON.stringify({ username: api.username, password: api.password })),
  })
  await survivesReset(api, session)
})

test('probe and logout carry the grant that they are about, and no other', async () => {
  await using api = await startApi()
  await using session = globalSession(api)
  await session.grant()
  const seen: string[][] = []
  api.always('/logout', ({ tokens }) => {
    seen.push(tokens)
    return { status: 204 }
  })
  await session.logout()
  expect(seen).toEqual([[api.tokens[0]]])
})

test.each([401, 500])('a login that is answered with %i is a typed error, not a login of its own', async (status) => {
  await using api = await startApi()
  await using session = globalSession(api)
  api.always('/login', { status })
  // Holds are drawn at random, and how many fit into the patience with them.
  using _random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
  expect((await session.status()).live).toBe(false)
  await expect(send(`${api.origin}/job`, {})).rejects.toThrow(LoginFailedError)
  // Tried again while its short holds let it, each time around the session.
  expect(api.counts.request).toBe(0)
  expect(api.counts.login).toBeLessThanOrEqual(4)
})

test("a request that a login's answer sets off carries the session again", async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const { dispatcher } = kit
  let later: Promise<{ statusCode: number }> | undefined
  await using session = new Session({
    authenticator: authenticatorFor(api, {
      login: async (context) => {
        const grant = await authenticatorFor(api).login(context)
        // Still in the login's async context when it is sent, but long after the login.
        later = new Promise((resolve) => setImmediate(resolve)).then(() => send(`${api.origin}/job`, { dispatcher }))
        return grant
      },
    }),
    store: new MemoryTokenStore(),
  })
  await session.grant()
  expect((await later)?.statusCode).toBe(200)
})
