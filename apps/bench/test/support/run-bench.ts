import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<{ exitCode: number | null; stdout: string; stderr: string }>
  /** Resolves once stderr matches. */
  told(pattern: RegExp): Promise<void>
}

/** Starts the bench over the sources of the packages: nothing need be built. */
export function startBench(args: readonly string[]): Running {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr }))
  return {
    child,
    ended,
    async told(pattern) {
      while (!pattern.test(stderr)) {
        const [chunk] = (await Promise.race([once(child.stderr, 'data'), ended.then(() => [undefined])])) as [unknown]
        if (chunk === undefined) throw new Error(`The bench ended before it told ${pattern}:\n${stderr}`)
      }
    },
  }
}
