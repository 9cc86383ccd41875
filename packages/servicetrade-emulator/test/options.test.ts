import { inspect } from 'node:util'
import { ConfigurationError, defaultUser, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { call, createClock, login, tryLogin } from './support.ts'

const secret = 'hunter2-hunter2'
const accounts = [{ name: 'A', users: [defaultUser] }]

test.each<[string, object, string, string]>([
  ['an unknown option', { prot: 1 }, 'prot', 'prot takes no value: it is unknown. Known are port, host, users'],
  ['a port that is none', { port: 65_536 }, 'port', 'port takes a whole number from 0 to 65535, but got 65536'],
  ['a port in a string', { port: '80' }, 'port', 'but got a string of 2 characters'],
  ['an empty host', { host: '' }, 'host', 'host takes a string that is not empty, but got an empty string'],
  ['users that are none', { users: {} }, 'users', 'users takes an array with entries, but got an object'],
  ['no users', { users: [] }, 'users', 'users takes an array with entries, but got an array of 0'],
  ['a user without password', { users: [{ username: 'a' }] }, 'users[0].password', 'but got undefined'],
  ['two users of one name', { users: [defaultUser, defaultUser] }, 'users[1].username', 'takes a name of its own'],
  [
    'an unknown status',
    { users: [{ ...defaultUser, status: 'on' }] },
    'users[0].status',
    "takes 'active' or 'inactive'",
  ],
  ['an unknown user option', { users: [{ ...defaultUser, pw: secret }] }, 'users[0].pw', 'a string of 15 characters'],
  [
    'a negative count',
    { seed: { jobs: -1 } },
    'seed.jobs',
    'seed.jobs takes a whole number from 0 to 100000, but got -1',
  ],
  ['jobs without locations', { seed: { locations: 0 } }, 'seed.locations', 'at least 1 when there are jobs'],
  ['locations without companies', { seed: { companies: 0 } }, 'seed.companies', 'at least 1 when there are locations'],
  [
    'users beside accounts',
    { users: [defaultUser], accounts },
    'users',
    'users takes no value beside accounts, which have their own, but got an array of 1',
  ],
  ['a seed beside accounts', { seed: {}, accounts }, 'seed', 'seed takes no value beside accounts'],
  ['no accounts', { accounts: [] }, 'accounts', 'accounts takes an array with entries, but got an array of 0'],
  ['an account without name', { accounts: [{ users: [defaultUser] }] }, 'accounts[0].name', 'but got undefined'],
  ['an account without users', { accounts: [{ name: 'A' }] }, 'accounts[0].users', 'an array with entries'],
  [
    'two accounts of one name',
    { accounts: [...accounts, { ...accounts[0], users: [{ ...defaultUser, username: 'b' }] }] },
    'accounts[1].name',
    'takes a name of its own',
  ],
  [
    'a user of two accounts',
    { accounts: [...accounts, { ...accounts[0], name: 'B' }] },
    'accounts[1].users[0].username',
    'takes a name of its own',
  ],
  [
    'a wrong seed of an account',
    { accounts: [{ ...accounts[0], seed: { locations: 0 } }] },
    'accounts[0].seed.locations',
    'at least 1 when there are jobs',
  ],
  ['no time for webhooks', { webhooks: { timeLimit: 0 } }, 'webhooks.timeLimit', 'takes a time in ms from 1'],
  ['an unknown webhook option', { webhooks: { tries: 1 } }, 'webhooks.tries', 'Known are timeLimit, retryDelay'],
  ['no soft cap', { softCap: 0 }, 'softCap', 'softCap takes a whole number from 1'],
  [
    'a hard cap below the soft one',
    { softCap: 5, hardCap: 4 },
    'hardCap',
    'hardCap takes a whole number from softCap, 5',
  ],
  ['a negative time', { sessionLifetime: -1 }, 'sessionLifetime', 'sessionLifetime takes a time in ms from 1'],
  ['no time', { sessionIdleTime: NaN }, 'sessionIdleTime', 'but got NaN'],
  ['a throttle without window', { loginThrottle: { limit: 3 } }, 'loginThrottle.window', 'but got undefined'],
  ['a throttle that is none', { loginThrottle: true }, 'loginThrottle', 'loginThrottle takes an object, but got true'],
  [
    'an unknown format',
    { loginThrottle: { limit: 1, window: 1, retryAfterFormat: 'ms' } },
    'loginThrottle.retryAfterFormat',
    "takes 'seconds' or 'date' or 'none'",
  ],
  ['an endless budget', { serverTimeBudget: { limit: Infinity } }, 'serverTimeBudget.limit', 'but got Infinity'],
  ['a latency that is none', { latency: null }, 'latency', 'but got null'],
  ['a clock that is none', { clock: 5 }, 'clock', 'clock takes a function that returns epoch ms, but got 5'],
  ['a secret in the wrong place', { softCap: secret }, 'softCap', 'but got a string of 15 characters'],
])('%s is refused', async (_what, options, option, message) => {
  const error = await startEmulator(options as EmulatorOptions).then(
    (api) => api.close(),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConfigurationError)
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'CONFIGURATION', option })
  expect((error as Error).message).toContain(message)
  expect(inspect(error)).not.toContain(secret)
})

test('options that are no object are refused', async () => {
  await expect(startEmulator(4100 as never)).rejects.toThrow('startEmulator options takes an object, but got 4100')
})

test('an option set to undefined counts as left out', async () => {
  await using api = await startEmulator({ softCap: undefined, users: undefined, seed: { jobs: undefined } })
  expect((await call(api, '/job/1', { token: await login(api) })).status).toBe(200)
})

test('a port that is taken is the system error', async () => {
  await using api = await startEmulator()
  const port = Number(new URL(api.url).port)
  await expect(startEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('an IPv6 host makes a valid URL', async () => {
  await using api = await startEmulator({ host: '::1' })
  expect(api.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  expect((await tryLogin(api)).status).toBe(200)
})

test('seed counts and first ids are as asked for, and the same every time', async () => {
  const seed = { jobs: 3, locations: 2, companies: 1, contacts: 1, technicians: 0, tags: 0, comments: 1 }
  const firstId = 2_700_000_000_000_000
  const users = [{ ...defaultUser, isTech: true }]
  const read = async () => {
    await using api = await startEmulator({ users, seed: { ...seed, firstId }, clock: createClock().read })
    const token = await login(api)
    const { data } = (await call(api, '/job?status=*', { token })).json
    expect(data.jobs.map(({ id }: { id: number }) => id)).toEqual([firstId, firstId + 1, firstId + 2])
    expect((await call(api, '/location', { token })).json.data.locations).toHaveLength(2)
    return JSON.stringify(data).replaceAll(api.url, '')
  }
  expect(await read()).toBe(await read())
})

test('nothing seeded leaves empty lists', async () => {
  const none = { jobs: 0, locations: 0, companies: 0, contacts: 0, technicians: 0, tags: 0, comments: 0 }
  await using api = await startEmulator({ seed: none })
  const token = await login(api)
  expect((await call(api, '/job', { token })).json.data).toEqual({ totalPages: 1, page: 1, jobs: [] })
  expect((await call(api, '/user', { token })).json.data.users).toHaveLength(1)
})
