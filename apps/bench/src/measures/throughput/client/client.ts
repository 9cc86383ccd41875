import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Allocation, ClientOrder, Reply, Slice } from './messages.ts'

const script = fileURLToPath(import.meta.resolve('./main.ts'))

export interface ClientOptions {
  readonly origin: string
  /** Flags of its Node, beside those of this process. */
  readonly flags?: readonly string[] | undefined
}

/** A process that sends requests. */
export class Client {
  readonly #child: ChildProcess
  readonly #gone: Promise<never>

  constructor({ origin, flags = [] }: ClientOptions) {
    this.#child = fork(script, [origin], {
      execArgv: [...process.execArgv, ...flags],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#gone = once(this.#child, 'exit').then(([code, signal]) => {
      throw new Error(`A client process ended with ${signal ?? `code ${code}`}`)
    })
    // Nobody may be waiting when it ends.
    this.#gone.catch(() => {})
  }

  slice(order: Omit<ClientOrder & { type: 'slice' }, 'type'>): Promise<Slice> {
    return this.#ask<Slice>({ type: 'slice', ...order })
  }

  async allocation(order: Omit<ClientOrder & { type: 'allocation' }, 'type'>): Promise<number> {
    return (await this.#ask<Allocation>({ type: 'allocation', ...order })).bytes
  }

  async #ask<T extends Slice | Allocation>(order: ClientOrder): Promise<T> {
    const answered = once(this.#child, 'message') as Promise<[Reply]>
    this.#child.send(order)
    const [reply] = await Promise.race([answered, this.#gone])
    if ('error' in reply) throw new Error(reply.error)
    return reply.result as T
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#gone.catch(() => {})
  }
}
