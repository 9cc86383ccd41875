import { rm, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { type Ended, runStorm } from './support/run-storm.ts'

const username = 'ida@example.com'
const password = 'correct-horse-battery'
const users = [{ username, password }]
const wrong = 'incorrect-horse-battery'
const brief = ['--seconds', '1', '--processes', '2', '--loops', '2', '--username', username]
const env = { LATCHKEY_PASSWORD: password }

/** Tokens are 26 of a-z0-9, and nothing else in the output is. */
async function runDiscreetly(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const ended = await runStorm(args, environment)
  expect(ended.stdout + ended.stderr).not.toMatch(new RegExp(`horse|[a-z0-9]{26}`))
  return ended
}

describe('a storm over a server that it did not start', { timeout: 60_000 }, () => {
  test('forces no resets, says so, and logs its session out', async () => {
    await using api = await startEmulator({ users })
    const { exitCode, stdout, stderr, leftovers } = await runDiscreetly([...brief, '--base-url', api.url], env)
    expect(stdout).toContain('the server is real, so no resets were forced')
    expect(api.counters).toMatchObject({ logins: 1, resets: 0, logouts: 1, liveSessions: 0, rejected: 0 })
    expect({ exitCode, stderr, leftovers }).toEqual({ exitCode: 0, stderr: '', leftovers: [] })
  })

  test('keeps its session in the file that --store names, for the next one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'storm-test-'))
    await using api = await startEmulator({ users })
    const args = [...brief, '--base-url', api.url, '--store', join(folder, 'sessions.db')]
    expect((await runDiscreetly(args, env)).exitCode).toBe(0)
    expect((await runDiscreetly(args, env)).exitCode).toBe(0)
    expect(api.counters).toMatchObject({ logins: 1, logouts: 0, liveSessions: 1 })
    await rm(folder, { recursive: true })
  })

  test('breaks its promise, and says why, if the server fails', async () => {
    await using api = await startEmulator({ users })
    api.faults.serverErrors = 2
    const { exitCode, stdout } = await runDiscreetly([...brief, '--base-url', api.url, '--json'], env)
    const { kept, requests } = JSON.parse(stdout)
    expect(kept).toBe(false)
    expect(requests.failed).toBe(2)
    expect(requests.failures).toEqual({ 'GET answered 500': requests.failed })
    expect(exitCode).toBe(1)
  })

  test('breaks its promise if there is no server', async () => {
    const { exitCode, stdout } = await runDiscreetly([...brief, '--base-url', await closedPort()], env)
    expect(stdout).toMatch(/BROKEN +No request fails +0 served, [1-9]\d* failed \(.*ECONNREFUSED/)
    expect(exitCode).toBe(1)
  })

  test('tries a wrong password once, for all processes', async () => {
    await using api = await startEmulator({ users })
    const { exitCode, stdout } = await runDiscreetly([...brief, '--base-url', api.url, '--password', wrong])
    expect(stdout).toMatch(/BROKEN +No request fails +0 served, [1-9]\d* failed \(\d+ x LOGIN_REFUSED\)/)
    expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 1 })
    expect(exitCode).toBe(1)
  })
})

async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
