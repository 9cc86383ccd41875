import { describe, expect, test } from 'vitest'
import { runStorm } from './support/run-storm.ts'

/** No longer than the resets take: what counts are those, and other tests run beside these. */
const eight = ['--json', '--processes', '8', '--loops', '25', '--seconds', '4', '--resets', '10']

describe('a storm', { timeout: 90_000 }, () => {
  test('of 10 resets costs 8 processes x 25 loops 11 logins and no request', async () => {
    const { exitCode, stdout, stderr, leftovers } = await runStorm([...eight, '--kills', '0'])
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({
      kept: true,
      requests: { failed: 0, failures: {} },
      resets: 10,
      kills: 0,
      logins: 11,
      loginAttempts: 11,
      liveSessions: 1,
      calm: { storeOperations: 0 },
      crashes: [],
      trouble: null,
    })
    expect(summary.requests.served).toBeGreaterThan(8 * 25)
    expect(summary.calm.requests).toBeGreaterThan(0)
    expect(summary.replays).toBeGreaterThan(0)
    expect({ exitCode, stderr, leftovers }).toEqual({ exitCode: 0, stderr: '', leftovers: [] })
  })

  test('in which 3 processes are killed as they log in costs one login attempt more for each, and no request', async () => {
    const { exitCode, stdout, stderr, leftovers } = await runStorm([...eight, '--kills', '3'])
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({
      kept: true,
      requests: { failed: 0, failures: {} },
      resets: 10,
      kills: 3,
      calm: { storeOperations: 0 },
      crashes: [],
      trouble: null,
    })
    expect(summary.logins).toBeGreaterThanOrEqual(11)
    expect(summary.loginAttempts).toBeLessThanOrEqual(1 + 10 + 3)
    expect(summary.liveSessions).toBeLessThanOrEqual(1 + 3)
    expect({ exitCode, stderr, leftovers }).toEqual({ exitCode: 0, stderr: '', leftovers: [] })
  })

  test('costs each process a login of its own where they share no store, and is told in plain lines', async () => {
    const args = ['--processes', '2', '--loops', '5', '--seconds', '2', '--resets', '1', '--store', 'memory']
    const { exitCode, stdout } = await runStorm(args)
    expect(stdout).toMatch(/^Starting 2 processes$/m)
    expect(stdout).toMatch(
      /^ +\d+ s {2}processes 2\/2 {2}served \d+ {2}failed 0 {2}resets \d {2}kills 0 {2}logins \d {2}live sessions \d {2}slowest .+$/m,
    )
    expect(stdout).toMatch(/^ {2}ok {6}Exactly 4 logins: 2 processes x \(1 \+ 1 reset\) +4 logins, 4 attempts$/m)
    expect(stdout).not.toContain('\u001B')
    expect(exitCode).toBe(0)
  })
})
