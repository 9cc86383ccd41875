import { startRedis } from '@latchkey/local-redis'
import { describe, expect, test } from 'vitest'
import { runStorm } from './support/run-storm.ts'

/** Slower than they could, and no longer than the resets take: what counts are the resets, and other tests run beside these. */
const eight = ['--json', '--processes', '8', '--loops', '25', '--pause', '400', '--seconds', '4']

describe('a storm', { timeout: 120_000 }, () => {
  test.each(['redis', 'redis-cluster'])(
    'of 20 resets on %s costs 8 processes x 25 loops 21 logins and no request',
    async (store) => {
      const { exitCode, stdout, stderr, leftovers } = await runStorm([
        ...eight,
        ...['--store', store, '--resets', '20', '--kills', '0'],
      ])
      const summary = JSON.parse(stdout)
      expect(summary).toMatchObject({
        kept: true,
        requests: { failed: 0, failures: {} },
        resets: 20,
        logins: 21,
        loginAttempts: 21,
        liveSessions: 1,
        calm: { storeOperations: 0 },
      })
      expect(summary.requests.served).toBeGreaterThan(8 * 25 * 10)
      expect({ exitCode, stderr, leftovers }).toEqual({ exitCode: 0, stderr: '', leftovers: [] })
    },
  )

  test('over a Redis that is given leaves nothing there for long', async () => {
    await using redis = await startRedis()
    const args = ['--processes', '2', '--loops', '2', '--seconds', '2', '--resets', '1', '--kills', '1']
    const { exitCode, stdout } = await runStorm([...args, '--plain', '--store', redis.url])
    expect(stdout).toContain('sharing one session on Redis')
    expect(exitCode).toBe(0)
    const keys = (await redis.send('KEYS', '*')) as string[]
    expect(keys).toHaveLength(1)
    expect(await redis.send('PTTL', keys[0]!)).toSatisfy((time) => Number(time) > 0 && Number(time) <= 3_600_000)
  })
})
