import { startEmulator } from '@latchkey/servicetrade-emulator'
import { request } from 'undici'
import { expect, test } from 'vitest'
import { login, tryLogin } from './support.ts'

test('closing breaks off idle, held and delayed connections, and frees the port', async () => {
  const api = await startEmulator()
  const port = Number(new URL(api.url).port)
  await login(api)
  const hold = api.hold('login')
  const held = tryLogin(api)
  await hold.arrived()
  api.faults.latency = 60_000
  const delayed = request(`${api.url}/api/job/1`)
  await expect.poll(() => api.counters.requests).toBe(1)
  await Promise.all([
    expect(held).rejects.toThrow(),
    expect(delayed).rejects.toThrow(),
    api.close(),
    api[Symbol.asyncDispose](),
  ])
  await using next = await startEmulator({ port })
  expect((await tryLogin(next)).status).toBe(200)
})
