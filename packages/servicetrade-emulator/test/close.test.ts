import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
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

test('an emulator that nobody closes does not keep its process from ending after unref(), nor do its connections', async () => {
  const script = fileURLToPath(new URL('scripts/unref.ts', import.meta.url))
  const flags = ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning']
  // Killed if it goes on: it takes about half a second.
  const run = promisify(execFile)(process.execPath, [...flags, script], { timeout: 15_000, killSignal: 'SIGKILL' })
  expect(await run).toEqual({ stdout: 'HTTP/1.1 200 OK, HTTP/1.1 200 OK\n', stderr: '' })
})
