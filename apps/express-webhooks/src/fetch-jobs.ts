import { type ServiceTrade, ServiceTradeError, type WebhookMessage } from '@latchkey/servicetrade'
import type { Job, Jobs } from './jobs.ts'

/**
 * Brings the local copies of the jobs of a message up to date. The job is asked for anew instead of applying the
 * message's changes: messages come out of order and more than once, and do not tell everything.
 */
export async function fetchJobs(
  { events }: WebhookMessage,
  { st, jobs, signal }: { st: ServiceTrade; jobs: Jobs; signal: AbortSignal },
): Promise<number[]> {
  const ids = new Set(events.filter(({ entity }) => entity.type === 'job').map(({ entity }) => entity.id))
  for (const id of ids) {
    const asked = jobs.ask()
    try {
      jobs.put(await st.get<Job>(`/job/${id}`, undefined, { signal }), asked)
    } catch (error) {
      // Deleted, or no longer ours to see.
      if (!(error instanceof ServiceTradeError && error.status === 404)) throw error
      jobs.remove(id, asked)
    }
  }
  return [...ids]
}
