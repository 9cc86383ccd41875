import { defaultUser, type Emulator } from '@latchkey/servicetrade-emulator'
import { Agent, type FormData, request } from 'undici'

/** Of this undici, for its FormData: by default it goes through the one that Node carries, which takes only Node's. */
const dispatcher = new Agent()

export interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  /** The body as JSON. */
  readonly json: any
}

export interface Call {
  readonly method?: string
  readonly token?: string
  readonly json?: unknown
  readonly body?: string | FormData
  readonly headers?: Record<string, string>
}

export async function send(url: string, { method = 'GET', token, json, body, headers }: Call = {}): Promise<Answer> {
  const response = await request(url, {
    method,
    headers: {
      ...(token !== undefined && { cookie: `PHPSESSID=${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: json === undefined ? (body ?? null) : JSON.stringify(json),
    dispatcher,
  })
  const text = await response.body.text()
  return {
    status: response.statusCode,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text)
    },
  }
}

export const call = (api: Emulator, path: string, options?: Call) => send(`${api.url}/api${path}`, options)

export const tryLogin = (api: Emulator, credentials: object = defaultUser) =>
  call(api, '/auth', { method: 'POST', json: credentials })

/** Logs in and returns the token. */
export async function login(api: Emulator, credentials?: object): Promise<string> {
  const answer = await tryLogin(api, credentials)
  if (answer.status !== 200) throw new Error(`the login was answered ${answer.status}`)
  return answer.json.data.authToken
}

/** A clock that stands still until it is moved. */
export function createClock(now = Date.UTC(2026, 10, 2, 9)) {
  return {
    read: () => now,
    forward: (ms: number) => {
      now += ms
    },
  }
}

/** The cookies that an answer sets, by name. */
export function cookies({ headers }: Answer): Record<string, string> {
  const lines = [headers['set-cookie'] ?? []].flat()
  return Object.fromEntries(lines.map((line) => /^([^=]+)=([^;]*)/.exec(line)!.slice(1, 3)))
}
