import { execFileSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { startBench } from './support/run-bench.ts'

test.each(['SIGINT', 'SIGKILL'] as const)('no process is left when the bench is ended by %s', async (signal) => {
  const bench = startBench(['--quick', '--only', 'throughput'])
  await bench.told(/throughput: warming up/)
  const children = childrenOf(bench.child.pid!)
  try {
    expect(children.length).toBeGreaterThan(5)
  } finally {
    bench.child.kill(signal)
  }
  const { exitCode } = await bench.ended
  expect(exitCode).toBe(signal === 'SIGINT' ? 130 : null)
  await vi.waitFor(() => expect(children.filter(isRunning)).toEqual([]), { timeout: 20_000 })
})

function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (ppid === parent ? [pid!] : []))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // One that has ended and that nobody has asked after yet counts as ended.
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}
