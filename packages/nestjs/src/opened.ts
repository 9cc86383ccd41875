import type { OnApplicationShutdown } from '@nestjs/common'

interface Closable {
  close(): Promise<void>
}

/**
 * Closes what a module opened, the last first, once the servers have stopped and their requests are done. What a test
 * put in its place is not the module's, and stays open.
 */
export class Opened implements OnApplicationShutdown {
  readonly #kept: Closable[] = []

  keep<C extends Closable>(one: C): C {
    this.#kept.push(one)
    return one
  }

  async onApplicationShutdown(): Promise<void> {
    for (const one of this.#kept.toReversed()) await one.close()
  }
}
