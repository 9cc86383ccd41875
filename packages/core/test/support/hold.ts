/** Keeps those who pass waiting until it is released, and tells when enough of them are there. */
export class Hold {
  #arrivals = 0
  #watchers: { count: number; resolve: () => void }[] = []
  readonly #released = Promise.withResolvers<void>()

  get arrivals(): number {
    return this.#arrivals
  }

  async pass(): Promise<void> {
    this.#arrivals += 1
    this.#watchers = this.#watchers.filter(({ count, resolve }) => {
      if (count <= this.#arrivals) resolve()
      return count > this.#arrivals
    })
    await this.#released.promise
  }

  /** Resolves once that many have come. */
  arrived(count: number): Promise<void> {
    if (this.#arrivals >= count) return Promise.resolve()
    return new Promise((resolve) => this.#watchers.push({ count, resolve }))
  }

  /** Lets everybody go, those who come later too. */
  release(): void {
    this.#released.resolve()
  }
}
