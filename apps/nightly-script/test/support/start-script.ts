import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { defaultClient, defaultUser, type Emulator } from '@latchkey/servicetrade-emulator'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Ended {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly lines: readonly string[]
  readonly stderr: string
}

/** Starts the script as a user does; it is killed if the test ends before it does. */
export function startScript(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const {
    SERVICETRADE_USERNAME: _user,
    SERVICETRADE_PASSWORD: _password,
    SERVICETRADE_CLIENT_ID: _client,
    SERVICETRADE_CLIENT_SECRET: _secret,
    SERVICETRADE_URL: _url,
    ...rest
  } = process.env
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
  const ended = once(child, 'close').then(([exitCode, signal]): Ended => {
    return { exitCode, signal, lines: stdout.split('\n').slice(0, -1), stderr }
  })
  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves once it has said something. */
    said: async (): Promise<void> => void (await Promise.race([once(child.stdout, 'data'), ended.then(tooEarly)])),
    /** Reads no more of what it says, as `head -1` does. */
    stopReading: () => child.stdout.destroy(),
    /** Resolves once it has complained of that. */
    async complained(text: string): Promise<void> {
      while (!stderr.includes(text)) await Promise.race([once(child.stderr, 'data'), ended.then(tooEarly)])
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export async function runScript(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  await using script = startScript(args, env)
  return await script.ended
}

/** What leads the script to a test's own emulator. */
export const accountOf = (api: Emulator, password = defaultUser.password): NodeJS.ProcessEnv => ({
  SERVICETRADE_USERNAME: defaultUser.username,
  SERVICETRADE_PASSWORD: password,
  SERVICETRADE_URL: api.url,
})

/** The same, as an OAuth2 client. */
export const clientOf = (api: Emulator): NodeJS.ProcessEnv => ({
  SERVICETRADE_CLIENT_ID: defaultClient.clientId,
  SERVICETRADE_CLIENT_SECRET: defaultClient.clientSecret,
  SERVICETRADE_URL: api.url,
})

function tooEarly({ stderr }: Ended): never {
  throw new Error(`The script ended too early: ${stderr}`)
}
