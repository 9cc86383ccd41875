import { type Grant, LoginError } from '@latchkey/core'
import type { Announcer } from '../drop-in/announcer.ts'

export interface Callbacks {
  readonly onSetCookie: ((data: unknown) => unknown) | undefined
  readonly onResetCookie: (() => unknown) | undefined
}

/** Makes the SDK's two events of what becomes of a session. */
export class SessionEvents {
  readonly #announcer: Announcer
  readonly #callbacks: Callbacks
  #live: string | undefined

  constructor(announcer: Announcer, callbacks: Callbacks) {
    this.#announcer = announcer
    this.#callbacks = callbacks
  }

  /** A grant is in use. `dataOf` yields what its login said, if this process made it. */
  onUse(grant: Grant, dataOf: () => unknown): void {
    if (!this.#announcer.isNew(grant)) return
    this.onLost()
    this.#live = grant.id
    const { onSetCookie } = this.#callbacks
    const data = dataOf()
    if (onSetCookie !== undefined && data !== undefined) this.#announcer.tell(() => onSetCookie(data))
  }

  /** What was in use is dead. */
  onLost(): void {
    if (this.#live === undefined) return
    this.#live = undefined
    this.onReset()
  }

  /** Nothing followed what was in use. */
  onFailure(error: unknown): void {
    if (error instanceof Error && error.cause instanceof LoginError) this.onLost()
  }

  /** It was ended on purpose. */
  onLogout(): void {
    this.#live = undefined
  }

  onReset(): void {
    const { onResetCookie } = this.#callbacks
    if (onResetCookie !== undefined) this.#announcer.tell(onResetCookie)
  }
}
