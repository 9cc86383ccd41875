import { describe, expect, test } from 'vitest'
import type { FaultCost } from '../src/faults/campaign.ts'
import type { FaultName } from '../src/faults/order.ts'
import { runStorm } from './support/run-storm.ts'

const isLong = process.env['MODE'] === 'long'
const processes = isLong ? 8 : 4

/** Slower than they could: what counts are the faults, and other tests run beside these. */
const size = ['--json', '--processes', String(processes), '--loops', '25', '--pause', '500']

interface Summary {
  readonly kept: boolean
  readonly promises: readonly object[]
  readonly elapsed: number
  readonly requests: { readonly served: number; readonly failed: number; readonly failures: object }
  readonly logins: number
  readonly liveSessions: number
  readonly unused: number
  readonly faults: readonly FaultCost[]
}

async function storm(...args: string[]): Promise<Summary> {
  const { exitCode, stdout } = await runStorm([...size, ...args])
  const summary = JSON.parse(stdout) as Summary
  const again = `again by: pnpm demo ${args.join(' ')}`
  const broken = summary.promises.filter((promise) => !(promise as { isKept: boolean }).isKept)
  expect(broken, again).toEqual([])
  expect(summary.requests, again).toMatchObject({ failed: 0, failures: {} })
  expect({ exitCode, kept: summary.kept }, again).toEqual({ exitCode: 0, kept: true })
  return summary
}

describe('a fleet on Redis', { timeout: 240_000 }, () => {
  test('bears all that goes wrong: no request fails, and each costs what it may', async () => {
    const { elapsed, faults, liveSessions, requests, unused } = await storm(
      // Whoever logged in alone looks for the store at growing intervals, and may publish ten seconds after its return.
      ...['--store', 'redis', '--seed', '1', '--settle', '12', '--fault'],
      [
        'login-slow:2000,login-freeze:2000,login-error,login-throttle:1000,session-prune,worker-kill',
        'network-cut:1500+reset,reply-loss:1000,redis-flush:200+reset',
        'redis-freeze:5000,redis-kill:7000+reset',
      ].join(','),
    )
    const cost = Object.fromEntries(faults.map((fault) => [fault.order.name, fault])) as Record<FaultName, FaultCost>
    expect(Object.fromEntries(faults.slice(0, 6).map(({ order, logins }) => [order.name, logins]))).toEqual({
      // Two lease times: whoever logs in renews the lease meanwhile.
      'login-slow': 1,
      // The frozen one's own login comes too late to count, and is logged out.
      'login-freeze': 2,
      'login-error': 1,
      'login-throttle': 1,
      'session-prune': 1,
      'worker-kill': 0,
    })
    // With the session that it has a fleet goes on as fast as before: far from what other work could explain.
    const { served, took, logins } = cost['redis-freeze']
    expect(logins).toBe(0)
    expect(served / took / ((requests.served - served) / (elapsed - took))).toBeGreaterThan(0.5)
    // The reset came while Redis was dead, and everybody had to log in alone.
    expect(cost['redis-kill']).toMatchObject({ resets: 1 })
    expect(cost['redis-kill'].logins).toBeLessThanOrEqual(processes)
    expect({ liveSessions, unused }).toEqual({ liveSessions: 1, unused: 0 })
  })

  test('bears a failover under Sentinel, with a reset in the middle', async () => {
    await storm('--store', 'redis-sentinel', '--fault', 'redis-failover:500+reset', '--settle', '5')
  })
})

// A minute after the last fault nothing may be left over; the smaller size waits less, and has less to wait for.
const [count, settling] = isLong ? ['500', '60'] : ['4', '5']

test(`${count} faults drawn at random cost ${processes} processes no request`, { timeout: 5_400_000 }, async () => {
  const seed = String(Math.floor(Math.random() * 2 ** 31))
  const args = ['--store', 'redis', '--faults', count, '--seed', seed, '--settle', settling]
  const { faults, logins } = await storm(...args)
  expect(faults).toHaveLength(Number(count))
  if (faults.length < 500) return
  // A few of them may cost a login for each process, but not all together more than two each.
  const resets = faults.reduce((sum, fault) => sum + fault.resets, 0)
  expect(logins).toBeLessThanOrEqual(1 + resets + 2 * faults.length)
})
