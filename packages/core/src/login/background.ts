import { publish } from '../diagnostics.ts'

/** Work that nobody waits for until the session closes. */
export class Background {
  readonly #subject: string
  readonly #tasks = new Set<Promise<unknown>>()

  constructor(subject: string) {
    this.#subject = subject
  }

  /** Failing is an event, and nothing more. */
  add(work: Promise<unknown>): void {
    const subject = this.#subject
    const task: Promise<unknown> = work
      .catch((error: unknown) => publish('latchkey:store', () => ({ subject, event: 'background', error })))
      .finally(() => this.#tasks.delete(task))
    this.#tasks.add(task)
  }

  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks)
  }
}
