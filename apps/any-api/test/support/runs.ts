import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ControllerOptions, startController } from '../../src/controller.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export const login = { username: 'operator', password: 'correct-horse-battery' }

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the program as a user does; it is killed if the test ends before it does. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { REDFISH_URL: _url, REDFISH_USERNAME: _user, REDFISH_PASSWORD: _password, ...rest } = process.env
  // What Node 22 still calls experimental it says on the stream that these tests expect to be silent.
  const flags = ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, main, ...args], {
    env: { ...rest, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([exitCode]): Ended => ({ exitCode, stdout, stderr }))
  return {
    ended,
    /** Resolves once it has said that. */
    async said(text: string): Promise<void> {
      while (!stdout.includes(text)) await Promise.race([once(child.stdout, 'data'), ended.then(tooEarly)])
    },
    /** Reads no more of what it says, as `head -1` does. */
    stopReading: () => child.stdout.destroy(),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export async function run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  await using one = start(args, env)
  return await one.ended
}

/** A controller, and a place for the file of those who use it. */
export async function startPlace(options: Partial<ControllerOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'any-api-test-'))
  const controller = await startController({ ...login, ...options })
  const env = {
    REDFISH_URL: controller.url,
    REDFISH_USERNAME: login.username,
    REDFISH_PASSWORD: login.password,
  }
  const withStore = (args: readonly string[]): string[] => ['--store', join(folder, 'sessions.db'), ...args]
  return {
    controller,
    start: (args: readonly string[] = [], more: NodeJS.ProcessEnv = {}) => start(withStore(args), { ...env, ...more }),
    run: (args: readonly string[] = [], more: NodeJS.ProcessEnv = {}) => run(withStore(args), { ...env, ...more }),
    async [Symbol.asyncDispose]() {
      await controller.close()
      await rm(folder, { recursive: true })
    },
  }
}

function tooEarly({ stdout, stderr }: Ended): never {
  throw new Error(`The program ended too early: ${stdout}${stderr}`)
}
