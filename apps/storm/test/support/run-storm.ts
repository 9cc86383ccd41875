import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** What is left in the folder for temporary files, which was the storm's alone. */
  readonly leftovers: readonly string[]
}

/** Starts the demo as a user does. */
export async function startStorm(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'storm-test-'))
  // Node 22 calls its SQLite experimental, on the stream that these tests expect to be silent.
  const flags = ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, main, ...args], {
    env: { ...process.env, TMPDIR: folder, ...env },
    // A group of its own, as a shell makes one: signals to it reach nobody else.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(async ([exitCode]): Promise<Ended> => {
    const leftovers = await readdir(folder)
    await rm(folder, { recursive: true })
    return { exitCode, stdout, stderr, leftovers }
  })
  return {
    pid: child.pid!,
    ended,
    /** Resolves once its output matches. */
    async said(pattern: RegExp): Promise<void> {
      while (!pattern.test(stdout)) await once(child.stdout, 'data')
    },
  }
}

export async function runStorm(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  return (await startStorm(args, env)).ended
}
