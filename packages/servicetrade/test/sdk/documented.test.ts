import { defaultClient, startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { run } from '../support/program.ts'
import { requestToken } from '../support/oauth2.ts'

const { clientId, clientSecret } = defaultClient

test('a CommonJS program as the vendor documents it runs with another require, and ends by itself', async () => {
  await using api = await startEmulator()
  const { said, errors, code } = await run(new URL('./fixtures/documented.cjs', import.meta.url), {
    SERVICETRADE_URL: api.url,
    SERVICETRADE_CLIENT_ID: clientId,
    SERVICETRADE_CLIENT_SECRET: clientSecret,
  })
  expect(errors).toBe('')
  expect(code).toBe(0)
  expect(said).toEqual([
    ['onSetAuth', 'string'],
    ['jobs', 5],
    ['put', 'Inspect the extinguishers'],
    ['post', 'Called the customer'],
    ['delete', null],
    ['buffer', 'report.txt'],
    ['stream', 'streamed.txt'],
    ['missing', { status: 404, message: 'Request failed with status code 404', name: 'AxiosError' }],
    ['paginator', 23],
    ['getAll', 23],
    ['onSetAuth', 'string'],
    ['onUnsetAuth', true],
  ])
  expect(api.counters).toMatchObject({ logins: 2, logouts: 1, rejected: 0, liveTokens: 0 })
})

test('a TypeScript program that keeps its tokens does with another import', async () => {
  await using api = await startEmulator()
  const { refresh_token: refreshToken } = await requestToken(api)
  const { said, errors, code } = await run(new URL('./fixtures/documented.ts', import.meta.url), {
    SERVICETRADE_URL: api.url,
    SERVICETRADE_CLIENT_ID: clientId,
    SERVICETRADE_REFRESH_TOKEN: refreshToken,
  })
  expect(errors).toBe('')
  expect(code).toBe(0)
  expect(said).toEqual([
    ['get', 1],
    ['saved', true],
    ['with the saved token', 2],
    ['login', true],
    ['attach', 'documented.ts'],
    ['paginator', true],
    ['missing', 404],
    ['onUnsetAuth', true],
  ])
  expect(api.counters).toMatchObject({ logins: 3, logouts: 0, rejected: 0, refreshTokensRefused: 0 })
})
