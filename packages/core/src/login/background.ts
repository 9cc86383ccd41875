import { publish } from '../diagnostics.ts'

/** Work that nobody waits for until the session closes. */
export class Background {
  readonly #subject: string
  /** None but while there is work: a process may have many sessions. */
  #tasks: Set<Promise<unknown>> | undefined

  constructor(subject: string) {
    this.#subject = subject
  }

  /** Failing is an event, and nothing more. */
  add(work: Promise<unknown>): void {
    const subject = this.#subject
    const task: Promise<unknown> = work
      .catch((error: unknown) => publish('latchkey:store', () => ({ subject, event: 'background', error })))
      .finally(() => this.#done(task))
    this.#tasks = (this.#tasks ?? new Set()).add(task)
  }

  async settled(): Promise<void> {
    while (this.#tasks !== undefined) await Promise.allSettled(this.#tasks)
  }

  #done(task: Promise<unknown>): void {
    this.#tasks?.delete(task)
    if (this.#tasks?.size === 0) this.#tasks = undefined
  }
}
