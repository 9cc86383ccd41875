import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import servicetrade, { type ServicetradeOptions } from '@latchkey/servicetrade/legacy'
import { defaultClient, defaultUser, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'

/** What an error of the SDK's has. */
export interface AxiosLike extends Error {
  readonly isAxiosError?: boolean
  readonly code?: string
  readonly status?: number
  readonly response?: { status: number; data: any; headers: Record<string, string> }
}

export async function rejection(promise: Promise<unknown>): Promise<AxiosLike> {
  return promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: unknown) => error as AxiosLike,
  )
}

/** A client and a server of its own, closed together. */
export async function startLegacy(options: ServicetradeOptions = {}, emulator?: EmulatorOptions) {
  const api = await startEmulator(emulator)
  const events: string[] = []
  const st = servicetrade({
    ...defaultUser,
    baseUrl: api.url,
    onSetCookie: () => void events.push('set'),
    onResetCookie: () => void events.push('reset'),
    ...options,
  })
  return {
    api,
    st,
    events,
    async [Symbol.asyncDispose]() {
      await st.close()
      await api.close()
    },
  }
}

/** Opens a session behind the client's back. */
export async function openSession(
  url: string,
  user: { username: string; password: string } = defaultUser,
): Promise<string> {
  const { username, password } = user
  const answer = await fetch(`${url}/api/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  const { data } = (await answer.json()) as { data: { authToken: string } }
  return data.authToken
}

/** Asks for an access token as an OAuth2 client does. */
export async function openToken(url: string): Promise<string> {
  const { clientId, clientSecret } = defaultClient
  const answer = await fetch(`${url}/api/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Runs a program to its end, which it must find by itself. */
export async function run(file: URL, env: Record<string, string>) {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', fileURLToPath(file)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const said = out.split('\n').flatMap((line) => (line === '' ? [] : Object.entries(JSON.parse(line) as object)))
  return { said, errors, code: code as number | null }
}
