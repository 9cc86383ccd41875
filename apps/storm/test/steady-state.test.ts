import { startLink, startRedis } from '@latchkey/local-redis'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { RedisTokenStore } from '@latchkey/store-redis'
import { expect, test } from 'vitest'

const loops = 50
const requests = 10_000

test('10,000 requests in steady state cost at most one command a minute', { timeout: 180_000 }, async () => {
  await using api = await startEmulator()
  await using redis = await startRedis()
  await using link = await startLink(redis.port)
  const store = new RedisTokenStore({ url: link.url })
  const st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, store })
  await st.get('/job/1')
  // That the session works is noted once, which is part of the login.
  await expect.poll(async () => String(await redis.send('GET', (await keys())[0]!))).toContain('"worked":true')

  const before = link.requests
  const startedAt = performance.now()
  const loop = async (): Promise<void> => {
    for (let count = 0; count < requests / loops; count += 1) await st.get('/job/1')
  }
  await Promise.all(Array.from({ length: loops }, loop))
  const minutes = (performance.now() - startedAt) / 60_000
  expect(link.requests - before).toBeLessThanOrEqual(Math.ceil(minutes))
  expect(api.counters).toMatchObject({ logins: 1, requests: requests + 1 })
  await st.close()
  await store.close()

  async function keys(): Promise<string[]> {
    return (await redis.send('KEYS', '*')) as string[]
  }
})
