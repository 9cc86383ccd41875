import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Lifetime, untilTestFinished } from './lifetime.ts'

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Answer<T> {
  readonly status: number
  readonly type: string | null
  readonly body: T
}

/** The service, started as a user does. */
export interface Service {
  readonly url: string
  readonly ended: Promise<Ended>
  get<T = unknown>(path: string): Promise<Answer<T>>
  post<T = unknown>(path: string, signal?: AbortSignal): Promise<Answer<T>>
  kill(signal: NodeJS.Signals): void
}

function launch(main: string, environment: NodeJS.ProcessEnv, lifetime: Lifetime) {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', main], {
    env: { ...process.env, NO_COLOR: '1', REDIS_URL: '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = once(child, 'close').then(([exitCode]): Ended => ({ exitCode, ...output }))
  lifetime(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, output, ended }
}

export async function runService(main: string, environment: NodeJS.ProcessEnv): Promise<Ended> {
  return launch(main, environment, untilTestFinished).ended
}

/** Resolves when it listens. */
export async function startService(
  main: string,
  environment: NodeJS.ProcessEnv,
  lifetime: Lifetime = untilTestFinished,
): Promise<Service> {
  const { child, output, ended } = launch(main, environment, lifetime)
  const listening = /^Listening on (\S+)$/m
  while (!listening.test(output.stdout)) {
    const how = await Promise.race([once(child.stdout, 'data'), ended])
    if ('exitCode' in how) throw new Error(`The service did not start:\n${output.stdout}${output.stderr}`)
  }
  const url = listening.exec(output.stdout)![1]!
  const ask = async <T>(method: string, path: string, signal: AbortSignal | null): Promise<Answer<T>> => {
    const response = await fetch(`${url}${path}`, { method, signal })
    const body = (await response.json()) as T
    return { status: response.status, type: response.headers.get('content-type'), body }
  }
  return {
    url,
    ended,
    get: (path) => ask('GET', path, null),
    post: (path, signal) => ask('POST', path, signal ?? null),
    kill: (signal) => child.kill(signal),
  }
}
