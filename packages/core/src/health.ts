import { kinds, takeOption } from './options.ts'
import type { SessionStatus } from './status.ts'

/** What can say how a session stands. */
export interface Stated {
  status(): Promise<SessionStatus>
}

/** A `Session`, or a client that keeps one under `session`, as a `ServiceTrade` does. */
export type HealthSource = Stated | { readonly session: Stated }

export interface SessionHealth extends SessionStatus {
  /**
   * `false` only while a request would fail: there is no live grant, and a hold forbids to log in for one. An
   * idle session, or one whose store is out of reach, is healthy: its next request logs in, though not with
   * `storeFailure: 'fail'`, of which a status knows nothing, nor of a session that was closed.
   */
  readonly healthy: boolean
}

/** Judges a status for a health check, which must not take an instance out of service for nothing. */
export function healthOf(status: SessionStatus): SessionHealth {
  return { healthy: status.live || status.hold === undefined, ...status }
}

const statedKind = kinds.having<Stated>('a session, or a client with a session', 'status')

/**
 * Whatever can say how the session of a health check's source stands.
 *
 * @param option what to call the source in the error
 * @throws {ConfigurationError} if it is neither a session nor a client with one
 */
export function statedBy(option: string, source: HealthSource): Stated {
  const given: unknown = source
  const stated = typeof given === 'object' && given !== null && 'session' in given ? given.session : given
  return takeOption(option, stated, statedKind)
}
