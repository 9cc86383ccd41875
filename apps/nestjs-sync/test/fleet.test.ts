import { ServiceTrade } from '@latchkey/servicetrade'
import { RedisTokenStore } from '@latchkey/store-redis'
import { expect, test, vi } from 'vitest'
import { builtService } from './support/build.ts'
import { startService } from './support/service.ts'
import { createWorld, holdAfter, passwords, range, redisForTests } from './support/world.ts'

vi.setConfig({ testTimeout: 60_000 })
const service = builtService()
const redis = redisForTests()
const problem = expect.stringContaining('application/problem+json')

test('two instances log each account in once, and a reset costs one login and no sync', async () => {
  const { api, environment, ids } = await createWorld(redis.url)
  const instances = await Promise.all(['one', 'two'].map((name) => startService(service.main, environment(name))))
  const syncAll = (times: number) =>
    Promise.all(
      instances.flatMap(({ post }) =>
        ['acme', 'bolt'].flatMap((account) => range(1, times).map(() => post(`/accounts/${account}/sync`))),
      ),
    )
  await syncAll(1)
  expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 2 })

  for (const round of range(1, 5)) {
    const token = await sharedToken(api.url)
    const hold = api.hold('request')
    const syncs = syncAll(50)
    // Each instance is in the middle of a sync of each account.
    await hold.arrived(4)
    expect(api.resetSession(token)).toBe(true)
    hold.release()
    expect(new Set((await syncs).map(({ status }) => status))).toEqual(new Set([200]))
    expect(api.counters).toMatchObject({ loginAttempts: 2 + round, logins: 2 + round, resets: round })
  }
  expect(ids('jobs', 'one')).toEqual(ids('jobs', 'two'))
})

test('a wrong password holds its own account, after one attempt, and no other', async () => {
  const wrong = 'not-the-secret-of-bolt'
  const { api, environment } = await createWorld(redis.url, { given: { ...passwords, bolt: wrong } })
  const { get, post, kill, ended } = await startService(service.main, environment())
  const refused = await Promise.all(range(1, 20).map(() => post('/accounts/bolt/sync')))
  for (const answer of refused) {
    expect(answer).toMatchObject({ status: 502, type: problem, body: { code: 'LOGIN_REFUSED' } })
  }
  expect(await post('/accounts/acme/sync')).toMatchObject({ status: 200 })
  expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 1, refused: 1 })

  const health = await get('/health')
  expect(health).toMatchObject({
    status: 503,
    body: { details: { acme: { status: 'up', live: true }, bolt: { status: 'down', hold: { reason: 'refused' } } } },
  })
  const accounts = await get('/accounts')
  expect(accounts.body).toMatchObject([
    { account: 'acme', error: null },
    { account: 'bolt', error: { code: 'LOGIN_REFUSED', at: expect.any(Number) }, rows: { jobs: 0 } },
  ])
  kill('SIGTERM')
  const seen = JSON.stringify([refused, health, accounts, await ended])
  for (const secret of [passwords.acme, wrong]) expect(seen).not.toContain(secret)
})

test('who is killed in the middle of a sync goes on from there, logged in as it was', async () => {
  const { api, environment, ids } = await createWorld(redis.url, { jobs: 2_100 })
  // Acme's jobs come on five pages; bolt has one page of each. Three pages of acme's pass, one by one.
  const holding = holdAfter(api, [2, 2, 1])
  const killed = await startService(service.main, environment())
  const hold = await holding
  await hold.arrived(1)
  killed.kill('SIGKILL')
  await killed.ended
  hold.release()
  expect(ids('jobs')['acme']).toEqual(range(1, 1_500))
  const { requests } = api.counters

  const { post } = await startService(service.main, environment())
  await Promise.all([post('/accounts/acme/sync'), post('/accounts/bolt/sync')])
  const expected = { acme: [...range(1, 2_100), 2_121], bolt: [...range(2_101, 2_120), 2_122] }
  expect(ids('jobs')).toEqual(expected)
  expect(ids('appointments')).toEqual(expected)
  // Acme: the two pages that were left, what has changed since, five pages of appointments. Bolt: two pages of what has
  // changed since. And two for each of the syncs that were asked for.
  expect(api.counters.requests - requests).toBe(2 + 1 + 5 + 2 + 2 + 2)
  expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 2 })
})

test('SIGTERM ends it with exit code 0, in the middle of a sync, and logs nobody out', async () => {
  const { api, environment } = await createWorld(redis.url)
  const { post, kill, ended } = await startService(service.main, environment())
  await Promise.all([post('/accounts/acme/sync'), post('/accounts/bolt/sync')])
  const hold = api.hold('request')
  const sync = post('/accounts/acme/sync')
  await hold.arrived(1)
  kill('SIGTERM')
  expect(await sync).toMatchObject({ status: 503 })
  expect(await ended).toMatchObject({ exitCode: 0, stderr: '' })
  expect(api.counters).toMatchObject({ logouts: 0, liveSessions: 2 })
})

/** The token of acme's session, which all share: whoever asks adopts it. */
async function sharedToken(baseUrl: string): Promise<string> {
  const store = new RedisTokenStore({ url: redis.url })
  const st = new ServiceTrade({ baseUrl, store, username: 'acme', password: passwords.acme })
  const { token } = await st.session.grant()
  await st.close()
  await store.close()
  return token
}
