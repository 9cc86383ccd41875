import { type ServiceTrade, ServiceTradeError } from '@latchkey/servicetrade'

/** What of the API's appointment matters here. Times are Unix seconds. */
interface Appointment {
  readonly id: number
  readonly status: string
  readonly created: number
  readonly windowStart: number | null
  readonly windowEnd: number | null
  readonly job: { readonly id: number; readonly number: number }
}

export interface StaleAppointment {
  readonly id: number
  readonly jobNumber: number
  /** As in `the job is canceled`. */
  readonly reason: string
}

export interface Findings {
  readonly unscheduled: number
  readonly stale: readonly StaleAppointment[]
}

/** A job goes through these once its work is done; a canceled one has no work left. */
const over = ['completed', 'pending_invoice', 'sending_invoice', 'invoiced', 'closed', 'canceled']

const day = 24 * 60 * 60

/** Reads all unscheduled appointments, and says which of them nobody will schedule any more. */
export async function findStale(
  st: ServiceTrade,
  { olderThan, signal }: { olderThan: number; signal: AbortSignal },
): Promise<Findings> {
  const before = Math.floor(Date.now() / 1_000) - olderThan * day
  const jobStatus = jobStatuses(st, signal)
  const stale: StaleAppointment[] = []
  let unscheduled = 0
  // To the last page before anything is deleted: each deletion moves what is on the later pages to earlier ones.
  for await (const one of st.list<Appointment>('/appointment', { status: 'unscheduled', limit: 500 }, { signal })) {
    // The list leaves unscheduled ones out unless it is asked, and ignores filters that it does not know.
    if (one.status !== 'unscheduled') continue
    unscheduled += 1
    const reason = ageReason(one, before) ?? jobReason(await jobStatus(one.job.id))
    if (reason !== undefined) stale.push({ id: one.id, jobNumber: one.job.number, reason })
  }
  return { unscheduled, stale }
}

function ageReason({ created, windowStart, windowEnd }: Appointment, before: number): string | undefined {
  const window = windowEnd ?? windowStart
  if ((window ?? created) >= before) return undefined
  return window === null ? `unscheduled since ${date(created)}` : `its window ended on ${date(window)}`
}

function jobReason(status: string | undefined): string | undefined {
  return status !== undefined && over.includes(status) ? `the job is ${status}` : undefined
}

/** Asks for each job once: the API gives a user so much of its time, and jobs have several appointments. */
function jobStatuses(st: ServiceTrade, signal: AbortSignal): (id: number) => Promise<string | undefined> {
  const known = new Map<number, string | undefined>()
  return async (id) => {
    if (!known.has(id)) known.set(id, await readStatus(st, id, signal))
    return known.get(id)
  }
}

/** `undefined` for a job that this user does not get to see: nothing says then that it is over. */
async function readStatus(st: ServiceTrade, id: number, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await st.get<{ status: string }>(`/job/${id}`, {}, { signal })).status
  } catch (error) {
    if (error instanceof ServiceTradeError && error.status === 404) return undefined
    throw error
  }
}

const date = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 10)
