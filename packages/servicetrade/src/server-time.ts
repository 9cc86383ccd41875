import type { ServerTimeUse } from './envelope.ts'

/** The server time of a user as its answers tell it. */
export class ServerTime {
  #balance: number | undefined

  get balance(): number | undefined {
    return this.#balance
  }

  told(use: ServerTimeUse | undefined): void {
    if (use !== undefined) this.#balance = use.balance
  }

  /**
   * Resolves when a call may go; `undefined` where none has to wait. Each is to be followed by {@link done}.
   *
   * @throws the signal's reason when that is aborted
   */
  turn(_signal: AbortSignal | undefined): Promise<void> | undefined {
    return undefined
  }

  done(): void {}

  /** Nobody is held up any more. */
  close(): void {}
}
