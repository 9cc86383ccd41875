/** Work that nobody waits for until the session closes. It must not reject. */
export class Background {
  readonly #tasks = new Set<Promise<unknown>>()

  add(work: Promise<unknown>): void {
    const task: Promise<unknown> = work.finally(() => this.#tasks.delete(task))
    this.#tasks.add(task)
  }

  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks)
  }
}
