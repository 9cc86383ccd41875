import { execFileSync } from 'node:child_process'
import { describe, expect, test, vi } from 'vitest'
import { startStorm } from './support/run-storm.ts'

const long = ['--plain', '--processes', '3', '--loops', '3', '--seconds', '600', '--resets', '300']

describe('a storm', { timeout: 60_000 }, () => {
  test('ends early on Ctrl-C, with a summary, no process and no file left', async () => {
    const storm = await startStorm(long)
    await storm.said(/served [1-9]/)
    const workers = childrenOf(storm.pid)
    expect(workers).toHaveLength(3)
    process.kill(-storm.pid, 'SIGINT')
    const { exitCode, stdout, stderr, leftovers } = await storm.ended
    expect(stdout).toMatch(/\(interrupted\)/)
    expect(stdout).toMatch(/ok +No request fails/)
    expect(stdout).not.toContain('BROKEN')
    expect({ exitCode, stderr, leftovers }).toEqual({ exitCode: 130, stderr: '', leftovers: [] })
    expect(workers.filter(isRunning)).toEqual([])
  })

  test('ends early on Ctrl-C while it still starts', async () => {
    const storm = await startStorm(long)
    await storm.said(/Starting/)
    process.kill(-storm.pid, 'SIGINT')
    const { exitCode, stdout, leftovers } = await storm.ended
    expect(stdout).not.toContain('BROKEN')
    expect({ exitCode, leftovers }).toEqual({ exitCode: 130, leftovers: [] })
  })

  test('leaves no process behind when it is killed itself', async () => {
    const storm = await startStorm(long)
    await storm.said(/served [1-9]/)
    const workers = childrenOf(storm.pid)
    expect(workers).toHaveLength(3)
    process.kill(storm.pid, 'SIGKILL')
    await storm.ended
    await vi.waitFor(() => expect(workers.filter(isRunning)).toEqual([]), { timeout: 10_000 })
  })
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
