import type { RequestInfo, Response } from 'undici'
import type { Grant } from './grant.ts'
import { readInit, type SessionRequestInit } from './replay/fetch-init.ts'
import type { RunContext, RunOptions } from './replay/run.ts'
import type { Session } from './session.ts'
import type { SessionStatus } from './status.ts'

/** A session's calls, each of which ends when one signal is aborted: see {@link Session.withSignal}. */
export type SessionCalls = Pick<Session, 'subject' | 'grant' | 'reject' | 'fetch' | 'run' | 'status'>

/** Made for every request that a server handles, so it costs next to nothing. */
export class BoundSession implements SessionCalls {
  readonly #session: Session
  readonly #signal: AbortSignal

  constructor(session: Session, signal: AbortSignal) {
    this.#session = session
    this.#signal = signal
  }

  get subject(): string {
    return this.#session.subject
  }

  async grant({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<Grant> {
    return this.#session.grant({ signal: this.#join(signal) })
  }

  reject(grant: Grant): Promise<void> {
    return this.#session.reject(grant)
  }

  async fetch(input: RequestInfo | globalThis.Request, init?: SessionRequestInit | null): Promise<Response> {
    // As fetch has it: the signal in `init` stands in for the request's own.
    const read = readInit(init)
    const own = read.signal === undefined && hasSignal(input) ? input.signal : read.signal
    return this.#session.fetch(input, { ...read, signal: this.#join(own) })
  }

  async run<T>(work: (grant: Grant, context: RunContext) => T | Promise<T>, options: RunOptions = {}): Promise<T> {
    return this.#session.run(work, { ...options, signal: this.#join(options.signal) })
  }

  status(): Promise<SessionStatus> {
    return this.#session.status()
  }

  #join(other: AbortSignal | null | undefined): AbortSignal {
    return other == null ? this.#signal : AbortSignal.any([this.#signal, other])
  }
}

function hasSignal(input: RequestInfo | globalThis.Request): input is globalThis.Request {
  return typeof input === 'object' && input !== null && 'signal' in input
}
