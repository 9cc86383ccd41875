import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { run } from '../support/program.ts'
import { requestToken } from '../support/oauth2.ts'
import { openSession } from './support.ts'

const { username, password } = defaultUser

test('a CommonJS program as the vendor documents it runs with another require, and ends by itself', async () => {
  await using api = await startEmulator()
  const { said, errors, code } = await run(new URL('./fixtures/documented.cjs', import.meta.url), {
    SERVICETRADE_URL: api.url,
    SERVICETRADE_USERNAME: username,
    SERVICETRADE_PASSWORD: password,
    SERVICETRADE_COOKIE: await openSession(api.url),
  })
  expect(errors).toBe('')
  expect(code).toBe(0)
  expect(said).toEqual([
    ['onSetCookie', username],
    ['login', { authenticated: true, username }],
    ['jobs', 5],
    ['put', 'Inspect the extinguishers'],
    ['post', 'Called the customer'],
    ['attach', 'report.txt'],
    ['delete', null],
    ['missing', { status: 404, message: 'Request failed with status code 404', name: 'AxiosError' }],
    ['logout', null],
    ['with a cookie', 2],
  ])
  expect(api.counters).toMatchObject({ logins: 2, logouts: 1, rejected: 0 })
})

test('a TypeScript program does with another import', async () => {
  await using api = await startEmulator()
  const { said, errors, code } = await run(new URL('./fixtures/documented.ts', import.meta.url), {
    SERVICETRADE_URL: api.url,
    SERVICETRADE_USERNAME: username,
    SERVICETRADE_PASSWORD: password,
    SERVICETRADE_TOKEN: (await requestToken(api)).access_token,
  })
  expect(errors).toBe('')
  expect(code).toBe(0)
  expect(said).toEqual([
    ['onSetCookie', username],
    ['get', 1],
    ['jobs', expect.any(Number)],
    ['attach', 'a.png'],
    ['logout', null],
    ['with a token', 2],
  ])
  expect(api.counters).toMatchObject({ logins: 2, logouts: 1, rejected: 0 })
})
