import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../scripts/script.ts', import.meta.url))

/** Starts a script as a process of its own; it is killed if the test ends before it does. */
export function startScript(baseUrl: string, scenario: string) {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', file, baseUrl, scenario], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let errors = ''
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    for (const look of waiting) look()
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const closed = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    lines,
    errors,
  }))
  return {
    lines,
    closed,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves once the script has said that so often. */
    async said(line: string, times = 1): Promise<void> {
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (lines.filter((one) => one === line).length >= times) resolve()
        }
        waiting.add(look)
        look()
        void closed.then(() => reject(new Error(`the script ended before it said "${line}": ${errors}`)))
      })
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
    },
  }
}
