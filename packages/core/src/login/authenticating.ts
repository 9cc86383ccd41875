import { AsyncLocalStorage } from 'node:async_hooks'
import type { Dispatcher } from 'undici'

const current = new AsyncLocalStorage<readonly object[]>()

/**
 * Knows which requests are an authenticator's own. They must pass the interceptor untouched even where it
 * sits on the global dispatcher: a login that waits for the session would wait for itself.
 */
export class Authenticating {
  #calls = 0

  async run<T>(dispatcher: Dispatcher, call: (context: { dispatcher: Dispatcher }) => Promise<T>): Promise<T> {
    this.#calls += 1
    try {
      return await current.run([...(current.getStore() ?? []), this], () => call({ dispatcher }))
    } finally {
      this.#calls -= 1
    }
  }

  /** Whether the caller runs on behalf of this session's authenticator. */
  get isCaller(): boolean {
    return this.#calls > 0 && (current.getStore()?.includes(this) ?? false)
  }
}
