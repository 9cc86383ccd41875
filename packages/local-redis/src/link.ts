import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { wholeNumber } from './configuration.ts'
import { Flow, type FlowState } from './flow.ts'
import { RequestCounter } from './request-counter.ts'

/** The network between some clients and a server: a proxy on 127.0.0.1, in this process. It starts open. */
export interface Link extends AsyncDisposable {
  readonly port: number
  /** As in `redis://127.0.0.1:12345`. */
  readonly url: string
  /** How many clients are connected now. */
  readonly connections: number
  /** How many commands clients have sent through here so far: whole ones, also while the link hangs. */
  readonly requests: number
  /** Resets all connections, and every new one as soon as it is made. */
  cut(): void
  /**
   * Keeps connections and takes new ones, but no byte gets through in either direction. What clients and server
   * send waits, and after 1 MiB per direction so do they.
   */
  hang(): void
  /**
   * Requests get through, and the replies to them are lost, however late they come. So are replies to earlier
   * requests that come meanwhile.
   */
  dropReplies(): void
  /**
   * Opens the link again. What waited goes on its way in order, also if its sender is gone; connections that
   * have lost a reply, or are to lose one, are reset.
   */
  restore(): void
  /** Ends the link and its connections. Once it has been called, calling it again does nothing. */
  stop(): Promise<void>
}

type LinkState = 'open' | 'cut' | 'hung' | 'dropping'

/** Starts a link to the server on this port of a host, 127.0.0.1 by default. Resolves when it takes connections. */
export async function startLink(port: number, host = '127.0.0.1'): Promise<Link> {
  wholeNumber('port', port, 1, 65_535)
  const link = new ProxyLink({ host, port })
  await link.listen()
  return link
}

/** How the two directions of a connection fare in each state. */
const flowsIn: Record<LinkState, { requests: FlowState; replies: FlowState }> = {
  open: { requests: 'open', replies: 'open' },
  cut: { requests: 'dropping', replies: 'dropping' },
  hung: { requests: 'hung', replies: 'hung' },
  dropping: { requests: 'open', replies: 'dropping' },
}

interface Connection {
  readonly client: Socket
  readonly upstream: Socket
  readonly requests: Flow
  readonly replies: Flow
}

class ProxyLink implements Link {
  readonly #target: { readonly host: string; readonly port: number }
  // Half-open, so that the end of one direction waits its turn like its bytes.
  readonly #server: Server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))
  readonly #connections = new Set<Connection>()
  #state: LinkState = 'open'
  #requests = 0
  #port = 0

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  get port(): number {
    return this.#port
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  get connections(): number {
    return [...this.#connections].filter(({ client }) => !client.destroyed).length
  }

  get requests(): number {
    return this.#requests
  }

  cut(): void {
    this.#set('cut')
    for (const connection of this.#connections) reset(connection)
  }

  hang(): void {
    this.#set('hung')
  }

  dropReplies(): void {
    this.#set('dropping')
  }

  restore(): void {
    for (const connection of this.#connections) if (connection.replies.broken) reset(connection)
    this.#set('open')
  }

  async stop(): Promise<void> {
    for (const connection of this.#connections) reset(connection)
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #set(state: LinkState): void {
    this.#state = state
    for (const { requests, replies } of this.#connections) {
      requests.set(flowsIn[state].requests)
      replies.set(flowsIn[state].replies)
    }
  }

  #accept(client: Socket): void {
    client.on('error', ignore)
    if (this.#state === 'cut') return void client.resetAndDestroy()
    const upstream = connect({ ...this.#target, noDelay: true })
    upstream.on('error', ignore)
    client.setNoDelay()
    const states = flowsIn[this.#state]
    const counter = new RequestCounter()
    const replies = new Flow(upstream, client, states.replies)
    const requests = new Flow(client, upstream, states.requests, {
      onArrival: (chunk) => (this.#requests += counter.count(chunk)),
      onPassage: () => {
        if (this.#state === 'dropping') replies.break()
      },
    })
    const connection = { client, upstream, requests, replies }
    this.#connections.add(connection)
    for (const socket of [client, upstream]) {
      socket.on('close', () => {
        if (client.destroyed && upstream.destroyed) this.#connections.delete(connection)
      })
    }
  }
}

function reset({ client, upstream }: Connection): void {
  client.resetAndDestroy()
  upstream.resetAndDestroy()
}

/** The end of the connection that follows is all there is to an error. */
function ignore(): void {}
