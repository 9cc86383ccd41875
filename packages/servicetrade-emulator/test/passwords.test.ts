import { ConfigurationError, defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { call, login, tryLogin } from './support.ts'

test('a new password is asked for from then on, and open sessions go on', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  api.setPassword(defaultUser.username, 'another-password')
  expect((await tryLogin(api)).status).toBe(403)
  expect((await tryLogin(api, { ...defaultUser, password: 'another-password' })).status).toBe(200)
  expect((await call(api, '/job/1', { token })).status).toBe(200)
})

test.each([
  ['nobody', 'password', 'username'],
  [defaultUser.username, '', 'password'],
  [defaultUser.username, 7, 'password'],
])('the password of %s cannot become %j', async (username, password, option) => {
  await using api = await startEmulator()
  const change = (): void => api.setPassword(username, password as string)
  expect(change).toThrow(ConfigurationError)
  expect(change).toThrow(new RegExp(`^${option} takes`))
})
