import { randomUUID } from 'node:crypto'
import type { Authenticator, StoredDocument, TokenStore } from '@latchkey/core'
import type { Clock } from '../../src/time/clock.ts'
import type { Plan } from './simulation.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A process: its timers and its messages stop when it does. */
export class Machine implements Clock {
  readonly index: number
  isDead = false
  readonly death: Promise<void>
  readonly #clock: VirtualClock
  readonly random: () => number
  #frozenUntil = 0
  #die = (): void => {}

  constructor(clock: VirtualClock, random: () => number, index: number) {
    this.#clock = clock
    this.random = random
    this.index = index
    this.death = new Promise((resolve) => (this.#die = resolve))
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, callback: () => void): () => void {
    let cancel = this.#clock.after(ms, () => {
      if (this.isDead) return
      const rest = this.#frozenUntil - this.#clock.monotonic()
      if (rest > 0) cancel = this.after(rest, callback)
      else callback()
    })
    return () => cancel()
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve))
  }

  freeze(time: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#clock.monotonic() + time)
  }

  kill(): void {
    this.isDead = true
    this.#die()
  }
}

export class SimulatedServer {
  readonly live = new Set<string>()
  readonly loginTimes: number[] = []
  resets = 0
  kills = 0
  onLogin: (machine: Machine) => void = () => {}
  readonly #plan: Plan
  readonly #clock: VirtualClock
  readonly #random: () => number

  constructor(plan: Plan, clock: VirtualClock, random: () => number) {
    this.#plan = plan
    this.#clock = clock
    this.#random = random
  }

  isLive(token: string | undefined): boolean {
    return token !== undefined && this.live.has(token) && this.#plan.refusesFresh !== true
  }

  reset(): void {
    if (this.live.size > 0) this.resets += 1
    this.live.clear()
  }

  authenticator(machine: Machine): Authenticator {
    return {
      subject: 'simulation',
      origin: 'http://simulation.example',
      fingerprint: 'fingerprint',
      login: async () => {
        this.loginTimes.push(this.#clock.now())
        this.onLogin(machine)
        await machine.wait(this.#plan.loginLatency * (0.5 + this.#random() / 2))
        const token = randomUUID()
        this.live.add(token)
        await machine.wait(1 + this.#random() * 5)
        return { token }
      },
      logout: async ({ token }) => {
        await machine.wait(this.#random() * 20)
        this.live.delete(token)
      },
      probe: async ({ token }) => {
        await machine.wait(this.#random() * 20)
        return this.isLive(token)
      },
      authorize: ({ token }) => ({ authorization: token }),
      isReset: ({ statusCode }) => statusCode === 401,
    }
  }
}

export interface SimulatedStoreParts {
  readonly documents: Map<string, StoredDocument>
  readonly machine: Machine
  readonly plan: Plan
  readonly random: () => number
  readonly clock: VirtualClock
}

export class SimulatedStore implements TokenStore {
  readonly #parts: SimulatedStoreParts

  constructor(parts: SimulatedStoreParts) {
    this.#parts = parts
  }

  async get(key: string): Promise<StoredDocument | undefined> {
    return this.#transmit(() => this.#parts.documents.get(key))
  }

  async set(key: string, state: string, expected: string | undefined): Promise<string | false> {
    const { documents, plan } = this.#parts
    if (plan.lostBeats === true && isBeat(state)) return this.#transmit(() => false as const)
    return this.#transmit(() => {
      if (documents.get(key)?.version !== expected) return false
      const version = randomUUID()
      documents.set(key, { version, state })
      return version
    })
  }

  /** There, the deed, and back: a process may be killed or frozen, and a reply lost, in between. */
  async #transmit<T>(deed: () => T): Promise<T> {
    const { machine, plan, random } = this.#parts
    await machine.wait((random() * plan.storeLatency) / 2)
    if (this.#isOut()) return this.#fail()
    const result = deed()
    if (random() < plan.lostReplies) return new Promise(() => {})
    await machine.wait((random() * plan.storeLatency) / 2)
    if (this.#isOut()) return this.#fail()
    return result
  }

  #isOut(): boolean {
    const { clock, machine, plan } = this.#parts
    const now = clock.monotonic()
    return (plan.outages ?? []).some(
      ({ process, at, time }) =>
        (process === 'all' || process % plan.processes === machine.index) && now >= at && now < at + time,
    )
  }

  #fail(): Promise<never> {
    return this.#parts.random() < 0.5 ? new Promise(() => {}) : Promise.reject(new Error('out of reach'))
  }
}

function isBeat(state: string): boolean {
  return ((JSON.parse(state) as { flight: { beat: number } | null }).flight?.beat ?? 0) > 0
}

export function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
