import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Grant, LoginFailedError, LoginRefusedError, LoginThrottledError, type LogoutContext } from '@latchkey/core'
import { Agent } from 'undici'
import { expect, test } from 'vitest'
import { redfishAuthenticator } from '../src/authenticator.ts'
import { startController } from '../src/controller.ts'
import { login } from './support/runs.ts'

const authenticatorFor = (origin: string, password = login.password) =>
  redfishAuthenticator(origin, login.username, password)

const grantOf = ({ token }: { token: string }) =>
  new Grant({ token, id: 'any', generation: 1, issuedAt: 0, worked: false })

/** What every call is given. */
async function withContext<T>(work: (context: LogoutContext) => Promise<T>): Promise<T> {
  const dispatcher = new Agent()
  try {
    return await work({ dispatcher, signal: new AbortController().signal, reason: 'requested' })
  } finally {
    await dispatcher.close()
  }
}

/** Says the same to everyone. */
async function startParrot(status: number, headers: OutgoingHttpHeaders = {}) {
  const server = createServer(
    (request, response) => void request.resume().on('end', () => response.writeHead(status, headers).end('{}')),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('the authenticator has less than 60 lines', async () => {
  const source = await readFile(new URL('../src/authenticator.ts', import.meta.url), 'utf8')
  expect(source.trimEnd().split('\n').length).toBeLessThan(60)
})

test('a session is opened, asked after and ended with nothing but its grant', async () => {
  const controller = await startController(login)
  try {
    const grant = grantOf(await withContext((context) => authenticatorFor(controller.url).login(context)))
    const another = authenticatorFor(controller.url)
    expect(Object.keys(another.authorize(grant))).toEqual(['x-auth-token'])
    expect(another.authorize(grant)['x-auth-token']).toMatch(/^[0-9a-f]{32}$/)
    expect(await withContext((context) => another.probe!(grant, context))).toBe(true)
    await withContext((context) => another.logout!(grant, context))
    expect(controller.sessions.size).toBe(0)
    expect(await withContext((context) => another.probe!(grant, context))).toBe(false)
    await withContext((context) => another.logout!(grant, context))
  } finally {
    await controller.close()
  }
})

test.each([
  ['401', 401, {}, LoginRefusedError, undefined],
  ['503 with a time', 503, { 'retry-after': '30' }, LoginThrottledError, 30_000],
  ['429 without one', 429, {}, LoginThrottledError, undefined],
  ['500', 500, {}, LoginFailedError, undefined],
  ['201 without a token', 201, { location: '/redfish/v1/SessionService/Sessions/1' }, LoginFailedError, undefined],
  ['201 without an address', 201, { 'x-auth-token': 'abc' }, LoginFailedError, undefined],
])('a login that is answered %s tells what is to come', async (_what, status, headers, kind, retryAfter) => {
  await using parrot = await startParrot(status, headers)
  const error: unknown = await withContext((context) => authenticatorFor(parrot.url).login(context)).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(kind)
  expect(error).toMatchObject({ retryAfter, subject: authenticatorFor(parrot.url).subject })
  expect(JSON.stringify(error) + String(error)).not.toContain(login.password)
})

test('an address with a host in it is one of the controller all the same', async () => {
  await using parrot = await startParrot(201, { location: 'https://10.0.0.7/Sessions/8', 'x-auth-token': 'a b' })
  const authenticator = authenticatorFor(parrot.url)
  const fresh = await withContext((context) => authenticator.login(context))
  expect(fresh).toEqual({ token: '/Sessions/8 a b' })
  expect(authenticator.authorize(grantOf(fresh))).toEqual({ 'x-auth-token': 'a b' })
})

test('a failing server says nothing of the session', async () => {
  await using parrot = await startParrot(500)
  const authenticator = authenticatorFor(parrot.url)
  const grant = grantOf({ token: '/Sessions/8 abc' })
  await expect(withContext((context) => authenticator.probe!(grant, context))).rejects.toThrow(/answered 500/)
  await expect(withContext((context) => authenticator.logout!(grant, context))).rejects.toThrow(/answered 500/)
})

test('a reset is a 401, but not where it is about a password', () => {
  const { isReset } = authenticatorFor('https://10.0.0.7')
  const sessions = '/redfish/v1/SessionService/Sessions'
  expect(isReset({ statusCode: 401, headers: {} }, { method: 'GET', path: '/redfish/v1/Chassis' })).toBe(true)
  expect(isReset({ statusCode: 403, headers: {} }, { method: 'GET', path: '/redfish/v1/Chassis' })).toBe(false)
  expect(isReset({ statusCode: 401, headers: {} }, { method: 'POST', path: sessions })).toBe(false)
})

test('another password is another session, another name another subject', () => {
  const one = authenticatorFor('https://10.0.0.7')
  const other = authenticatorFor('https://10.0.0.7', 'incorrect-horse-battery')
  expect(one.subject).toBe('10.0.0.7/operator')
  expect(other.subject).toBe(one.subject)
  expect(other.fingerprint).not.toBe(one.fingerprint)
  expect(redfishAuthenticator('https://10.0.0.7', 'a/b', 'x').subject).toBe('10.0.0.7/a%2Fb')
})
