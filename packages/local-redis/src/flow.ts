import type { Socket } from 'node:net'

/** `open`: bytes pass. `hung`: they wait. `dropping`: they are lost. */
export type FlowState = 'open' | 'hung' | 'dropping'

/** How much one direction keeps while it hangs before it reads no more, bytes. */
const room = 1024 * 1024

interface FlowEvents {
  /** Bytes have come, whether or not they go on. */
  readonly onArrival?: (chunk: Buffer) => void
  /** Bytes go on. */
  readonly onPassage?: () => void
}

/** One direction of a connection: what `from` sends goes to `to`, in order, its end included. */
export class Flow {
  readonly #from: Socket
  readonly #to: Socket
  readonly #events: FlowEvents
  #state: FlowState
  #waiting: Buffer[] = []
  #size = 0
  #ended = false
  #broken = false

  constructor(from: Socket, to: Socket, state: FlowState, events: FlowEvents = {}) {
    this.#from = from
    this.#to = to
    this.#state = state
    this.#events = events
    from.on('data', (chunk: Buffer) => {
      events.onArrival?.(chunk)
      this.#take(chunk)
    })
    for (const event of ['end', 'close']) {
      from.on(event, () => {
        this.#ended = true
        if (this.#state !== 'hung') this.#finish()
      })
    }
    to.on('drain', () => {
      if (this.#state !== 'hung') from.resume()
    })
  }

  /** Whether bytes were lost: no others pass any more, since they would make no sense to who gets them. */
  get broken(): boolean {
    return this.#broken
  }

  break(): void {
    this.#broken = true
  }

  set(state: FlowState): void {
    this.#state = state
    if (state === 'hung') return
    const waiting = this.#waiting
    this.#waiting = []
    this.#size = 0
    for (const chunk of waiting) this.#take(chunk)
    if (this.#ended) this.#finish()
    else if (!this.#to.writableNeedDrain) this.#from.resume()
  }

  #take(chunk: Buffer): void {
    if (this.#broken || this.#state === 'dropping') {
      this.#broken = true
    } else if (this.#state === 'hung') {
      this.#waiting.push(chunk)
      this.#size += chunk.length
      if (this.#size >= room) this.#from.pause()
    } else if (!this.#to.destroyed) {
      this.#events.onPassage?.()
      if (!this.#to.write(chunk)) this.#from.pause()
    }
  }

  #finish(): void {
    if (!this.#to.destroyed) this.#to.end()
  }
}
