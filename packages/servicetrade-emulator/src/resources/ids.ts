import type { Kind } from './kinds.ts'

/** Hands out ids. All accounts draw from one, as on a real server: what is of one account is of no other. */
export class Ids {
  readonly #next = new Map<Kind, number>()
  #least = 1

  /** No id that is handed out from now on is below this. */
  startFrom(firstId: number): void {
    this.#least = Math.max(this.#least, firstId)
  }

  take(kind: Kind): number {
    const id = Math.max(this.#next.get(kind) ?? 1, this.#least)
    this.#next.set(kind, id + 1)
    return id
  }
}
