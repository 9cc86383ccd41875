import type { Grant } from '../grant.ts'
import type { Morgue } from './morgue.ts'
import type { Parts } from './parts.ts'
import { Proof } from './proof.ts'

/** The grant that this process uses, and what it has seen of it. */
export class LiveGrant {
  readonly #morgue: Morgue
  readonly #proof: Proof
  #current: Grant | undefined
  #isOurs = false

  constructor(parts: Parts, morgue: Morgue) {
    this.#morgue = morgue
    this.#proof = new Proof(parts)
  }

  get current(): Grant | undefined {
    return this.#current
  }

  is({ id }: Grant): boolean {
    return this.#current?.id === id
  }

  /** Returns whether it is another than before. `isFresh`: this process has just logged in for it. */
  use(grant: Grant, { isFresh, isOurs }: { isFresh: boolean; isOurs: boolean }): boolean {
    const isNew = !this.is(grant)
    this.#current = grant
    if (!isNew) return false
    this.#isOurs = isOurs
    this.#proof.expect(grant, isFresh)
    return true
  }

  /** The grant that this process made alone is everybody's now, as it stands in the store. */
  published(grant: Grant): void {
    this.#current = grant
    this.#isOurs = true
  }

  drop(): void {
    this.#current = undefined
  }

  /** A late verdict on a grant that was replaced already says nothing about the present one. */
  declareDead(grant: Grant): void {
    if (this.#current !== undefined && !this.is(grant)) return
    this.#current = undefined
    this.#morgue.add(grant, this.#proof.wasGiven(grant))
  }

  /**
   * A request was served with the grant. Returns whether the store is to be told: others must not take a later
   * reset of it for a strike, and one of them telling is enough.
   *
   * @param now monotonic, ms
   */
  proved(grant: Grant, now: number): boolean {
    return this.is(grant) && this.#proof.given(grant, now) && this.#isOurs
  }

  /** Whether the server honours the grant: asks it, unless a request was served a moment ago. If not, it is dead. */
  async isHonoured(grant: Grant): Promise<boolean> {
    if (this.#proof.isRecent(grant) || (await this.#proof.ask(grant))) return true
    this.declareDead(grant)
    return false
  }
}
