import { ConfigurationError } from '@latchkey/core'
import { Client, interceptors, Pool } from 'undici'
import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { openSession, send } from './kit.ts'

const carriers = {
  'an authorization header': {},
  'a cookie': { carry: 'cookie' },
  'a header of its own': { authorize: ({ token }: { token: string }) => ({ 'x-auth-token': token }) },
} as const

function expectNoSecrets(api: ScriptedApi, secretsOf: ScriptedApi): void {
  for (const { headers } of api.received) {
    for (const token of secretsOf.tokens) expect(JSON.stringify(headers)).not.toContain(token)
    expect(headers).not.toHaveProperty('authorization')
  }
}

describe.each(Object.entries(carriers))('a grant on %s', (_name, authenticator) => {
  test.each([301, 302, 303, 307, 308])('does not follow a %i of fetch to another origin', async (status) => {
    await using api = await startApi()
    await using other = await startApi()
    await using kit = openSession(api, { authenticator })
    api.always('/go', { status, headers: { location: `${other.origin}/job` } })
    other.always('/job', async ({ receive }) => {
      await receive()
      return { status: 401, body: 'of the other' }
    })
    const response = await kit.session.fetch(`${api.origin}/go`, { method: 'POST', body: 'x' })
    expect([response.status, await response.text()]).toEqual([401, 'of the other'])
    expect(api.counts).toMatchObject({ login: 1, request: 1 })
    expect(other.counts).toMatchObject({ login: 0, request: 1 })
    expectNoSecrets(other, api)
  })

  test('does not follow a redirect of undici to another origin, where the session comes first', async () => {
    await using api = await startApi()
    await using other = await startApi()
    await using kit = openSession(api, { authenticator })
    const dispatcher = kit.agent.compose(kit.session.interceptor(), interceptors.redirect({ maxRedirections: 3 }))
    api.always('/go', { status: 302, headers: { location: `${other.origin}/job` } })
    expect((await send(`${api.origin}/go`, { dispatcher })).statusCode).toBe(401)
    expect(api.counts).toMatchObject({ login: 1, request: 1 })
    expect(other.counts).toMatchObject({ login: 0, request: 1 })
    expectNoSecrets(other, api)
  })

  test('goes nowhere with a redirect of undici where that comes first: the order is refused', async () => {
    await using api = await startApi()
    await using other = await startApi()
    await using kit = openSession(api, { authenticator })
    const dispatcher = kit.agent.compose(interceptors.redirect({ maxRedirections: 3 }), kit.session.interceptor())
    api.always('/go', { status: 302, headers: { location: `${other.origin}/job` } })
    api.always('/job', { status: 200 })
    await expect(send(`${api.origin}/go`, { dispatcher })).rejects.toThrow(ConfigurationError)
    expect([api.counts.login, api.counts.request, other.counts.request]).toEqual([1, 1, 0])
    expect((await send(`${api.origin}/job`, { dispatcher })).statusCode).toBe(200)
  })

  test('is on a redirect that comes back to its origin', async () => {
    await using api = await startApi()
    await using other = await startApi()
    await using kit = openSession(api, { authenticator })
    api.next('/job', async ({ receive }) => {
      const { headers } = await receive()
      return { status: 200, body: JSON.stringify(headers) }
    })
    other.always('/go', { status: 302, headers: { location: `${api.origin}/job` } })
    const response = await kit.session.fetch(`${other.origin}/go`)
    expect(await response.text()).toContain(api.tokens[0])
    expectNoSecrets(other, api)
  })
})

test('requests to another origin pass untouched: no grant, no login, no replay', async () => {
  await using api = await startApi()
  await using other = await startApi()
  await using kit = openSession(api)
  const url = `${other.origin}/job`
  expect((await send(url, { dispatcher: kit.dispatcher })).statusCode).toBe(401)
  expect((await kit.session.fetch(url)).status).toBe(401)
  expect([api.counts.login, other.counts.login, other.counts.request]).toEqual([0, 0, 2])
})

test('an origin is the same however its URL is written', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const { host } = new URL(api.origin)
  for (const origin of [`http://${host}/`, new URL(`http://${host}`)]) {
    const { statusCode, body } = await kit.dispatcher.request({ origin, path: '/job', method: 'GET' })
    await body.dump()
    expect(statusCode).toBe(200)
  }
})

test('a request that names no origin is refused, and nothing is sent', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const request = kit.dispatcher.request({ path: '/job', method: 'GET' })
  await expect(request).rejects.toThrow(ConfigurationError)
  await expect(request).rejects.toMatchObject({ option: 'origin' })
  expect(api.counts).toMatchObject({ login: 0, request: 0 })
})

test.each(Object.entries({ Pool, Client }))(
  'a %s speaks for its origin where a request names none',
  async (_, Kind) => {
    await using api = await startApi()
    await using other = await startApi()
    await using kit = openSession(api)
    const statuses = await Promise.all(
      [api, other].map(async ({ origin }) => {
        const own = new Kind(origin)
        const { statusCode, body } = await own
          .compose(kit.session.interceptor())
          .request({ path: '/job', method: 'GET' })
        await body.dump()
        await own.close()
        return statusCode
      }),
    )
    expect(statuses).toEqual([200, 401])
    expectNoSecrets(other, api)
  },
)

test('the fetch that is built into Node, which would wait for ever, is told to use another', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const builtIn = fetch(`${api.origin}/job`, { dispatcher: kit.dispatcher } as never)
  await expect(builtIn).rejects.toMatchObject({ cause: { code: 'CONFIGURATION', option: 'dispatcher' } })
  expect(api.counts.request).toBe(0)
})
