import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Counters, Listening, Numbered, Order, Receipt } from './messages.ts'

const script = fileURLToPath(import.meta.resolve('./raw-server.ts'))

/** The server that everything is measured against, a process of its own. */
export class Server {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, (counters: Counters) => void>()
  /** Where it listens, as in `http://127.0.0.1:4000`. */
  readonly origin: string
  #orders = 0

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.origin = `http://127.0.0.1:${port}`
    child.on('message', ({ id, counters }: Receipt) => {
      this.#pending.get(id)?.(counters)
      this.#pending.delete(id)
    })
  }

  static async start(): Promise<Server> {
    const child = fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const [{ port }] = (await once(child, 'message')) as [Listening]
    return new Server(child, port)
  }

  /** Resolves to the counters once the order is in force. */
  order(order: Order): Promise<Counters> {
    const { promise, resolve } = Promise.withResolvers<Counters>()
    this.#orders += 1
    this.#pending.set(this.#orders, resolve)
    this.#child.send({ ...order, id: this.#orders } satisfies Numbered<Order>)
    return promise
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.disconnect()
    await gone
  }
}
