import { type ServiceTrade, ServiceTradeError } from '@latchkey/servicetrade'
import { findStale, type StaleAppointment } from './stale.ts'

export interface CleanUpOptions {
  readonly isDeleting: boolean
  readonly olderThan: number
  /** Once it is aborted nothing more is deleted. */
  readonly signal: AbortSignal
  readonly say: (line: string) => Promise<void>
}

/** Says of each stale appointment what became of it, and of all of them at the end, whatever the end is. */
export async function cleanUp(st: ServiceTrade, options: CleanUpOptions): Promise<void> {
  const { isDeleting, signal, say } = options
  const { unscheduled, stale } = await findStale(st, options)
  const found = `${stale.length} of ${unscheduled} unscheduled appointments are stale`
  let [deleted, kept] = [0, 0]
  try {
    for (const one of stale) {
      if (signal.aborted) break
      const what = `appointment ${one.id} of job ${one.jobNumber}: ${one.reason}`
      if (!isDeleting) {
        await say(`would delete ${what}`)
        continue
      }
      const objection = await remove(st, one)
      if (objection === undefined) deleted += 1
      else kept += 1
      await say(objection === undefined ? `deleted ${what}` : `kept ${what}, but ${objection}`)
    }
  } finally {
    const left = stale.length - deleted - kept
    const outcome = [`${deleted} deleted`, `${kept} kept`, ...(left === 0 ? [] : [`${left} not reached`])].join(', ')
    await say(isDeleting ? `${found}: ${outcome}` : `${found}; nothing was deleted, which takes --delete`)
  }
}

/** What the server has against it; `undefined` if it is deleted. */
async function remove(st: ServiceTrade, { id }: StaleAppointment): Promise<string | undefined> {
  try {
    // Without the signal: breaking a deletion off would leave open whether the server acted.
    await st.delete(`/appointment/${id}`)
    return undefined
  } catch (error) {
    const status = error instanceof ServiceTradeError ? error.status : undefined
    if (status === 404) return 'it is gone by now, or no longer unscheduled (404)'
    if (status === 409) return 'something refers to it (409)'
    throw error
  }
}
