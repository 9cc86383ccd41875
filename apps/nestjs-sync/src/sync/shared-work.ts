/** Work that several wait for. It is aborted when the last of them has gone away. */
export class SharedWork<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>
  readonly #result = Promise.withResolvers<T>()
  readonly #abandoned = new AbortController()
  #waiters = 0

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work
    // Whoever waits is told. It may be that nobody does.
    this.#result.promise.catch(() => {})
  }

  get isAbandoned(): boolean {
    return this.#abandoned.signal.aborted
  }

  join(signal?: AbortSignal): Promise<T> {
    this.#waiters++
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const leave = (): void => {
      reject(signal?.reason)
      this.#waiters--
      if (this.#waiters === 0) this.#abandoned.abort(signal?.reason)
    }
    if (signal?.aborted === true) leave()
    signal?.addEventListener('abort', leave, { once: true })
    this.#result.promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave))
    return promise
  }

  /** Resolves when it is done, whatever comes of it. */
  async start(): Promise<void> {
    const { signal } = this.#abandoned
    try {
      signal.throwIfAborted()
      this.#result.resolve(await this.#work(signal))
    } catch (error) {
      this.#result.reject(error)
    }
  }
}
