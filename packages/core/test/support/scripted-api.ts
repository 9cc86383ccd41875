import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Hold } from './hold.ts'

export type Stage = 'login' | 'logout' | 'probe' | 'request'

/** What the server saw of one request. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** All tokens on it, by whichever header. */
  readonly tokens: string[]
  readonly body: Buffer
  /** Whether the body came to its proper end. */
  readonly complete: boolean
}

export interface Answer {
  readonly status: number
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Uint8Array
}

/** How one request is answered. A function that returns nothing has seen to it itself. */
export type Script = Answer | ((exchange: Exchange) => Answer | void | Promise<Answer | void>)

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly tokens: string[]
  /** Reads the body to its end, or to where the connection broke. */
  readonly receive: () => Promise<Received>
}

export interface ApiOptions {
  readonly username?: string
  readonly password?: string
}

/**
 * A server that makes its clients log in. Any path but `/login`, `/logout` and `/probe` echoes the request
 * as JSON for who carries a live token, as `authorization: Bearer` or cookie `sid`, and is a 401 otherwise.
 */
export async function startApi(options: ApiOptions = {}): Promise<ScriptedApi> {
  const api = new ScriptedApi(options)
  await api.listen()
  return api
}

export class ScriptedApi {
  readonly username: string
  /** What a login must bring from now on. */
  password: string
  /** How often each thing happened. `served` and `rejected` are verdicts on tokens; scripted answers are neither. */
  readonly counts = { login: 0, logout: 0, probe: 0, request: 0, served: 0, rejected: 0 }
  /** All requests whose body was received, but for logins, logouts and probes. */
  readonly received: Received[] = []
  /** All tokens that were given out, in order. */
  readonly tokens: string[] = []
  readonly #live = new Set<string>()
  readonly #holds = new Map<Stage, Hold>()
  readonly #scripts = new Map<string, { next: Script[]; always?: Script }>()
  readonly #server = createServer((request, response) => void this.#handle(request, response))

  constructor({ username = 'ada', password = `password-${randomUUID()}` }: ApiOptions) {
    this.username = username
    this.password = password
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Tokens that the server honours. */
  get live(): ReadonlySet<string> {
    return this.#live
  }

  /** The connections open at the moment. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    )
  }

  /** From now on no token given out so far is honoured. */
  reset(): void {
    this.#live.clear()
  }

  /** Lets requests of that stage come in, and answers none before `release()`. Tokens are judged after it. */
  hold(stage: Stage): Hold {
    const hold = new Hold()
    this.#holds.set(stage, hold)
    return hold
  }

  /** Answers the next requests for the path, one script each. */
  next(path: string, ...scripts: Script[]): void {
    this.#scriptsFor(path).next.push(...scripts)
  }

  /** Answers all requests for the path for which there is no `next` script; `undefined`: as usual again. */
  always(path: string, script: Script | undefined): void {
    const scripts = this.#scriptsFor(path)
    if (script === undefined) delete scripts.always
    else scripts.always = script
  }

  /** Hands sockets over to `take` where a client asks for an upgrade. Default: it is answered as if it had not. */
  onUpgrade(take: (request: IncomingMessage, socket: Duplex) => void): void {
    this.#server.on('upgrade', take)
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const hold of this.#holds.values()) hold.release()
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #scriptsFor(path: string): { next: Script[]; always?: Script } {
    const scripts = this.#scripts.get(path) ?? { next: [] }
    this.#scripts.set(path, scripts)
    return scripts
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    const path = request.url!.split('?', 1)[0]!
    const stage = stages[path] ?? 'request'
    this.counts[stage] += 1
    const tokens = tokensOf(request)
    let received: Promise<Received> | undefined
    const receive = (): Promise<Received> => (received ??= this.#receive(request, stage, tokens))
    const scripts = this.#scripts.get(path)
    const script = scripts?.next.shift() ?? scripts?.always
    if (script === undefined) await receive()
    await this.#holds.get(stage)?.pass()
    const answer =
      typeof script === 'function'
        ? await script({ request, response, tokens, receive })
        : (script ?? this.#answer(stage, await receive()))
    if (answer === undefined) return
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
  }

  async #receive(request: IncomingMessage, stage: Stage, tokens: string[]): Promise<Received> {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        request.socket.off('close', finish)
        resolve()
      }
      // A request whose answer is out already tells nothing of its connection's end.
      request.on('close', finish).on('end', finish).on('error', finish).socket.on('close', finish)
    })
    const { method = '', url = '', headers, complete } = request
    const received = { method, path: url, headers, tokens, body: Buffer.concat(chunks), complete }
    if (stage === 'request') this.received.push(received)
    return received
  }

  #answer(stage: Stage, received: Received): Answer {
    const { body, tokens } = received
    if (stage === 'login') return this.#login(body.toString())
    const isLive = tokens.length === 1 && this.#live.has(tokens[0]!)
    if (stage === 'logout') this.#live.delete(tokens[0]!)
    if (stage !== 'request') return { status: isLive ? 204 : 401 }
    this.counts[isLive ? 'served' : 'rejected'] += 1
    if (!isLive) return { status: 401 }
    const echo = { ...received, body: body.toString() }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(echo) }
  }

  #login(body: string): Answer {
    const { username, password } = JSON.parse(body) as { username: unknown; password: unknown }
    if (username !== this.username || password !== this.password) return { status: 403 }
    const token = `token-${this.tokens.length + 1}-${randomUUID()}`
    this.tokens.push(token)
    this.#live.add(token)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) }
  }
}

const stages: Record<string, Stage> = { '/login': 'login', '/logout': 'logout', '/probe': 'probe' }

function tokensOf({ headersDistinct }: IncomingMessage): string[] {
  const bearers = (headersDistinct['authorization'] ?? []).flatMap((value) => /^Bearer (.+)$/.exec(value)?.[1] ?? [])
  const cookies = (headersDistinct['cookie'] ?? []).flatMap((value) => value.split(/; */))
  return [...bearers, ...cookies.flatMap((cookie) => /^sid=(.*)$/.exec(cookie)?.[1] ?? [])]
}
