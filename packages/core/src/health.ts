import type { SessionStatus } from './status.ts'

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
