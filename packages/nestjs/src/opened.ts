import type { OnApplicationShutdown } from '@nestjs/common'

interface Closable {
  close(): Promise<void>
}

/**
 * Closes what a module opened, the last first, once the servers have stopped and their requests are done. What a test
 * put in its place is not the module's, and stays open. One that fails to close keeps no other from it.
 */
export class Opened implements OnApplicationShutdown {
  readonly #kept: Closable[] = []

  keep<C extends Closable>(one: C): C {
    this.#kept.push(one)
    return one
  }

  async onApplicationShutdown(): Promise<void> {
    const errors: unknown[] = []
    for (const one of this.#kept.toReversed()) {
      try {
        await one.close()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} sessions could not be closed`)
    if (errors.length === 1) throw errors[0]
  }
}
