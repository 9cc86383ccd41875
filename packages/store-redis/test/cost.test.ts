import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Authenticator, Session } from '@latchkey/core'
import { startLink, startRedis } from '@latchkey/local-redis'
import { afterAll, expect, it, vi } from 'vitest'
import { openStore, soon } from './fresh.ts'

let live = ''
let logins = 0
const api = createServer(({ headers }, response) => {
  response.statusCode = headers.authorization === `Bearer ${live}` ? 204 : 401
  response.end()
})
api.listen(0, '127.0.0.1')
await once(api, 'listening')
const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
const redis = await startRedis()
const link = await startLink(redis.port)
afterAll(async () => {
  api.close()
  await link.stop()
  await redis.stop()
})

const authenticator: Authenticator = {
  subject: 'api.example/user',
  origin,
  fingerprint: 'fingerprint',
  login: async () => ({ token: (live = `token-${(logins += 1)}`) }),
  authorize: ({ token }) => ({ authorization: `Bearer ${token}` }),
  isReset: ({ statusCode }) => statusCode === 401,
}

it('a login costs six commands, a request none, and finding a session one', async () => {
  const store = openStore({ url: link.url })
  // The connection and the script are there.
  await store.set('key', 'state', undefined)
  let before = link.requests
  const session = new Session({ authenticator, store })
  await session.grant()
  expect(link.requests).toBe(before + 4)
  const request = async (): Promise<void> => expect((await session.fetch(origin)).status).toBe(204)
  await request()
  await vi.waitUntil(() => link.requests === before + 6, soon)
  for (let time = 0; time < 20; time++) await request()
  expect(link.requests).toBe(before + 6)

  before = link.requests
  live = ''
  await request()
  await vi.waitUntil(() => link.requests === before + 6, soon)
  for (let time = 0; time < 20; time++) await request()
  expect(link.requests).toBe(before + 6)
  expect(logins).toBe(2)

  before = link.requests
  await new Session({ authenticator, store }).grant()
  expect(link.requests).toBe(before + 1)
  expect(logins).toBe(2)
})
