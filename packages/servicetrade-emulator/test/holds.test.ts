import { defaultUser, type HoldKind, startEmulator } from '@latchkey/servicetrade-emulator'
import { request } from 'undici'
import { expect, test } from 'vitest'
import { call, login, tryLogin } from './support.ts'

test('a held login has arrived, and has opened nothing until it is released', async () => {
  await using api = await startEmulator()
  const hold = api.hold('login')
  const answers = [tryLogin(api), tryLogin(api)]
  await hold.arrived(2)
  expect(hold.waiting).toBe(2)
  expect(api.counters).toMatchObject({ loginAttempts: 2, logins: 0, liveSessions: 0 })
  hold.release()
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
  expect(hold.waiting).toBe(0)
})

test('requests in flight meet the reset that happens while they are held', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  const hold = api.hold('request')
  const answers = Array.from({ length: 200 }, () => call(api, '/job/1', { token }))
  await hold.arrived(200)
  api.resetSessions()
  hold.release()
  expect((await Promise.all(answers)).every(({ status }) => status === 401)).toBe(true)
  expect(api.counters).toMatchObject({ requests: 200, rejected: 200 })
})

test('each kind passes where the other is held', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  const logins = api.hold('login')
  expect((await call(api, '/job/1', { token })).status).toBe(200)
  logins.release()
  api.hold('request')
  expect((await tryLogin(api)).status).toBe(200)
})

test('with a limit, those who come later overtake', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  const hold = api.hold('request', { limit: 1 })
  const late = call(api, '/job/1', { token })
  await hold.arrived()
  expect((await call(api, '/job/2', { token })).status).toBe(200)
  api.resetSessions()
  hold.release()
  expect((await late).status).toBe(401)
})

test('two holds are independent', async () => {
  await using api = await startEmulator()
  const first = api.hold('login', { limit: 1 })
  const one = tryLogin(api)
  await first.arrived()
  const second = api.hold('login')
  const two = tryLogin(api)
  await second.arrived()
  first.release()
  expect((await one).status).toBe(200)
  expect(api.counters.logins).toBe(1)
  second.release()
  expect((await two).status).toBe(200)
})

test('a login whose client has gone opens its session all the same', async () => {
  await using api = await startEmulator()
  const hold = api.hold('login')
  const controller = new AbortController()
  const lost = request(`${api.url}/api/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(defaultUser),
    signal: controller.signal,
  })
  await hold.arrived()
  controller.abort()
  await expect(lost).rejects.toThrow()
  hold.release()
  await expect.poll(() => api.counters.liveSessions).toBe(1)
})

test.each<[string, object, string]>([
  ['logins', {}, "hold kind takes 'login' or 'request', but got a string of 6 characters"],
  ['login', { limit: 0 }, 'limit takes a whole number from 1'],
  ['login', { count: 1 }, 'count takes no value: it is unknown. Known are limit'],
])('a hold of %s with %j is refused', async (kind, options, message) => {
  await using api = await startEmulator()
  expect(() => api.hold(kind as HoldKind, options)).toThrow(message)
})
