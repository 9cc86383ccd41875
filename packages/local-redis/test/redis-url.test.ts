import { ConfigurationError, redisUrl, startRedis } from '@latchkey/local-redis'
import { expect, test } from 'vitest'
import { isListening } from './client.ts'

test.each([{}, { REDIS_URL: '' }])('with the environment %j a server is started, and ends', async (environment) => {
  const redis = await redisUrl(environment)
  const port = Number(new URL(redis.url).port)
  expect(await isListening(port)).toBe(true)
  await redis.close()
  await redis.close()
  expect(await isListening(port)).toBe(false)
})

test('the server that REDIS_URL names is taken, and left as it is', async () => {
  await using server = await startRedis({ config: { requirepass: 'p@ss' } })
  const url = `redis://:p%40ss@127.0.0.1:${server.port}/1`
  const redis = await redisUrl({ REDIS_URL: url })
  expect(redis.url).toBe(url)
  await redis.close()
  expect(await server.send('PING')).toBe('PONG')
})

test.each(['nonsense', 'http://:sesame@127.0.0.1', 'redis:sesame', '127.0.0.1:6379'])(
  'REDIS_URL=%s is refused',
  async (url) => {
    const refused = redisUrl({ REDIS_URL: url })
    await expect(refused).rejects.toThrow(ConfigurationError)
    await expect(refused).rejects.toThrow(/^REDIS_URL takes a redis:\/\/ or rediss:\/\/ URL, but got something else$/)
  },
)

test('a server that is not there, speaks another protocol or knows another password is of no use', async () => {
  await using server = await startRedis({ config: { requirepass: 'sesame' } })
  const { port } = server
  const useless = 'the server that REDIS_URL names is of no use: '
  await expect(redisUrl({ REDIS_URL: `redis://127.0.0.1:${port}` })).rejects.toThrow(`${useless}NOAUTH`)
  await expect(redisUrl({ REDIS_URL: `redis://:open@127.0.0.1:${port}` })).rejects.toThrow(
    /of no use: WRONGPASS(?!.*open)/,
  )
  await expect(redisUrl({ REDIS_URL: `rediss://127.0.0.1:${port}` })).rejects.toThrow(useless)
  await server.kill()
  await expect(redisUrl({ REDIS_URL: `redis://:sesame@127.0.0.1:${port}` })).rejects.toThrow(
    `${useless}PING to 127.0.0.1:${port} failed: connect ECONNREFUSED 127.0.0.1:${port}`,
  )
})
