import { healthOf, type HealthSource, type SessionHealth, type Stated, statedBy } from '@latchkey/core'
import type { Middleware } from './middleware.ts'

export type HealthSources = HealthSource | Iterable<HealthSource>

export interface HealthReport {
  /**
   * `degraded` if some sessions would fail a request now, and `down`, which is answered with 503, if all of a fixed
   * list would. What a function yields is never `down`: one tenant's wrong password must not take an instance out of
   * service for all others, even if nobody else happens to be there at the time.
   */
  readonly status: 'up' | 'degraded' | 'down'
  /** In the order given. One whose status could not be told, within 2 s, says only that it is not healthy. */
  readonly sessions: readonly (SessionHealth | { readonly healthy: false })[]
}

/** ms. A health check that waits any longer has failed for whoever asks. */
const statusTimeLimit = 2_000

/**
 * A handler that tells how sessions stand. Logs nobody in, and tells no secrets, but whose sessions they are.
 *
 * @param clients a client, several, or a function that yields what there is at the time of the request
 * @throws {ConfigurationError} for anything else. What the function throws goes to `next`.
 */
export function sessionHealth(clients: HealthSources | (() => HealthSources | PromiseLike<HealthSources>)): Middleware {
  // Listed once: an iterator would be empty at the second request.
  const fixed = typeof clients === 'function' ? undefined : listOf(clients)
  const report = async (): Promise<HealthReport> => {
    const sources = fixed ?? listOf(await (clients as () => HealthSources | PromiseLike<HealthSources>)())
    const sessions = await Promise.all(sources.map(healthOrNone))
    const healthy = sessions.filter((session) => session.healthy).length
    const status = healthy === sessions.length ? 'up' : healthy > 0 || fixed === undefined ? 'degraded' : 'down'
    return { status, sessions }
  }
  return async (_req, res, next) => {
    try {
      const body = await report()
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
      res.writeHead(body.status === 'down' ? 503 : 200, headers).end(JSON.stringify(body))
    } catch (error) {
      next(error)
    }
  }
}

function listOf(sources: HealthSources): Stated[] {
  const given: unknown = sources
  const isMany = typeof given === 'object' && given !== null && Symbol.iterator in given
  const all = isMany ? [...(sources as Iterable<HealthSource>)] : [sources as HealthSource]
  return all.map((source) => statedBy('clients', source))
}

async function healthOrNone(source: Stated): Promise<SessionHealth | { readonly healthy: false }> {
  const overdue = Promise.withResolvers<never>()
  const timer = setTimeout(overdue.reject, statusTimeLimit)
  try {
    return healthOf(await Promise.race([source.status(), overdue.promise]))
  } catch {
    return { healthy: false }
  } finally {
    clearTimeout(timer)
  }
}
