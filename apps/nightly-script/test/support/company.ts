import { type ServiceTrade, withServiceTrade } from '@latchkey/servicetrade'
import { defaultUser, type Emulator, type Hold, startEmulator } from '@latchkey/servicetrade-emulator'

const day = 24 * 60 * 60_000

/** As the API tells times. */
export const daysAgo = (days: number): number => Math.floor((Date.now() - days * day) / 1_000)

/** An emulator without jobs. */
export class Company {
  readonly api: Emulator
  readonly #time: { daysAgo: number }

  private constructor(api: Emulator, time: { daysAgo: number }) {
    this.api = api
    this.#time = time
  }

  static async start(): Promise<Company> {
    const time = { daysAgo: 0 }
    const clock = () => Date.now() - time.daysAgo * day
    return new Company(await startEmulator({ clock, seed: { jobs: 0, locations: 1 } }), time)
  }

  /** With so many old appointments, and nothing else: the script lists them, then deletes one after the other. */
  static async withOld(count: number): Promise<Company> {
    const company = await Company.start()
    await company.act(60, (st) => Promise.all(Array.from({ length: count }, () => addJob(st))))
    return company
  }

  /** Does something that many days ago, and logs out again. */
  async act<T>(ago: number, work: (st: ServiceTrade) => Promise<T>): Promise<T> {
    this.#time.daysAgo = ago
    try {
      return await withServiceTrade({ ...defaultUser, baseUrl: this.api.url }, work)
    } finally {
      this.#time.daysAgo = 0
    }
  }

  /** The ids of all unscheduled appointments. */
  unscheduled(): Promise<number[]> {
    return this.act(0, async (st) => {
      const ids: number[] = []
      const query = { status: 'unscheduled', limit: 2_000 }
      for await (const { id } of st.list<{ id: number }>('/appointment', query)) ids.push(id)
      return ids
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.api.close()
  }
}

/** Adds a job, with the unscheduled appointment that comes with it. */
export async function addJob(st: ServiceTrade): Promise<{ job: number; appointment: number }> {
  const made = { locationId: 1, type: 'repair' }
  const { id, currentAppointment } = await st.post<{ id: number; currentAppointment: { id: number } }>('/job', made)
  return { job: id, appointment: currentAppointment.id }
}

/** Adds one more unscheduled appointment to a job. */
export async function addAppointment(st: ServiceTrade, jobId: number, fields: object = {}): Promise<number> {
  return (await st.post<{ id: number }>('/appointment', { jobId, status: 'unscheduled', ...fields })).id
}

/** Lets the next requests pass one by one, and holds the one after them. Nobody else may send any meanwhile. */
export async function holdAfter(api: Emulator, count: number): Promise<Hold> {
  let hold = api.hold('request', { limit: 1 })
  for (let passed = 0; passed < count; passed += 1) {
    await hold.arrived()
    const next = api.hold('request', { limit: 1 })
    hold.release()
    hold = next
  }
  await hold.arrived()
  return hold
}
