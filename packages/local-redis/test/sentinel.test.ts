import { type RedisServer, startSentinel } from '@latchkey/local-redis'
import { expect, test } from 'vitest'

const roleOf = async (server: RedisServer) => ((await server.send('ROLE')) as unknown[])[0]

test('the sentinels name the primary, and its replica has what it has', async () => {
  await using redis = await startSentinel()
  const [primary, replica] = redis.servers
  expect(await redis.primary()).toBe(primary)
  expect(redis.sentinels).toHaveLength(3)
  expect([await roleOf(primary!), await roleOf(replica!)]).toEqual(['master', 'slave'])
  await primary!.send('SET', 'key', 'value')
  await expect.poll(() => replica!.send('GET', 'key')).toBe('value')
})

test('a failover makes the other server the primary, and another one makes it a replica again, and nothing is lost', async () => {
  await using redis = await startSentinel()
  const [first, second] = redis.servers
  await first!.send('SET', 'key', 'value')
  await redis.failover()
  expect(await redis.primary()).toBe(second)
  expect(await roleOf(second!)).toBe('master')
  expect(await second!.send('GET', 'key')).toBe('value')
  await redis.failover()
  expect(await redis.primary()).toBe(first)
  expect(await roleOf(first!)).toBe('master')
  expect(await first!.send('GET', 'key')).toBe('value')
})

test.each(['kill', 'freeze'] as const)('the sentinels replace a primary after %s', async (what) => {
  await using redis = await startSentinel()
  const [first, second] = redis.servers
  await first![what]()
  await expect.poll(() => redis.primary(), { timeout: 20_000 }).toBe(second)
  await expect.poll(() => roleOf(second!), { timeout: 20_000 }).toBe('master')
})
