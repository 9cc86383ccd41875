import { AsyncLocalStorage } from 'node:async_hooks'
import type { Dispatcher } from 'undici'
import { defaultDispatcher } from '../dispatcher.ts'

interface Call {
  readonly owner: object
  /** Sockets outlive the call that opened them and hand its context on to what others do with them. */
  isOver: boolean
}

const current = new AsyncLocalStorage<readonly Call[]>()

/**
 * Knows which requests are an authenticator's own. They must pass the interceptor untouched even where it
 * sits on the global dispatcher: a login that waits for the session would wait for itself.
 */
export class Authenticating {
  /** Where the session's own requests go; without one, where all others go. */
  readonly dispatcher: Dispatcher | undefined
  #calls = 0

  constructor(dispatcher: Dispatcher | undefined) {
    this.dispatcher = dispatcher
  }

  /** Runs a call of the authenticator's so that the requests it makes go around the session's interceptor. */
  async run<T>(call: (context: { dispatcher: Dispatcher }) => Promise<T>): Promise<T> {
    const dispatcher = this.dispatcher ?? (await defaultDispatcher())
    const own: Call = { owner: this, isOver: false }
    this.#calls += 1
    try {
      return await current.run([...(current.getStore() ?? []), own], () => call({ dispatcher }))
    } finally {
      this.#calls -= 1
      own.isOver = true
    }
  }

  /** Whether the caller runs on behalf of this session's authenticator. */
  get isCaller(): boolean {
    return this.#calls > 0 && (current.getStore()?.some(({ owner, isOver }) => owner === this && !isOver) ?? false)
  }
}
