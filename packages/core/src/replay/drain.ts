import type { Dispatcher } from 'undici'
import { type Clock, pause } from '../time/clock.ts'

/** How much of a reset's own body is read, bytes, and for how long, ms, before its connection is given up. */
const drainLimit = 64 * 1024
const drainTime = 1_000

/** Reads a reset's own body, so that its connection is free for the replay, up to the limits. */
export class Draining {
  readonly #controller: Dispatcher.DispatchController
  readonly #cancel: () => void
  #size = 0

  constructor(controller: Dispatcher.DispatchController, clock: Clock) {
    this.#controller = controller
    this.#cancel = clock.after(drainTime, () => this.#giveUp('takes too long'), 'background')
    // The caller's pause is not for this body, which nobody else reads.
    controller.resume()
  }

  add({ byteLength }: Uint8Array): void {
    this.#size += byteLength
    if (this.#size > drainLimit) this.#giveUp('is too long')
  }

  end(): void {
    this.#cancel()
  }

  #giveUp(why: string): void {
    this.#controller.abort(new Error(`The body of a reset ${why}`))
  }
}

/** Frees the connection of a response that nobody reads: fetch's and undici's. */
export async function drain(response: unknown, clock: Clock): Promise<void> {
  const body = (response as { body?: unknown } | null | undefined)?.body
  if (body instanceof ReadableStream) {
    if (!body.locked) await body.cancel().catch(() => {})
  } else if (isDumpable(body)) {
    const controller = new AbortController()
    const dumped = body.dump({ limit: drainLimit, signal: controller.signal }).catch(() => {})
    await Promise.race([dumped, pause(clock, drainTime, controller)])
    controller.abort()
  }
}

function isDumpable(body: unknown): body is { dump(options: { limit: number; signal: AbortSignal }): Promise<void> } {
  return typeof (body as { dump?: unknown } | null | undefined)?.dump === 'function'
}
