import { withServiceTrade } from '@latchkey/servicetrade'
import { defaultUser, type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import type { Account } from './account.ts'

const day = 24 * 60 * 60_000

/** An account to try the script on: an emulator in this process, in which some appointments have grown old. */
export async function startEmulatedAccount(): Promise<{ account: Account; api: Emulator }> {
  let age = 90 * day
  const api = await startEmulator({ clock: () => Date.now() - age, seed: { jobs: 0, locations: 1 } })
  const account = { ...defaultUser, baseUrl: api.url }
  await withServiceTrade(account, async (st) => {
    // Each job comes with an unscheduled appointment.
    const addJob = (): Promise<{ id: number }> => st.post('/job', { locationId: 1, type: 'inspection' })
    await addJob()
    const referred = await addJob()
    const soon = Math.floor((Date.now() + 7 * day) / 1_000)
    await st.post('/appointment', { jobId: referred.id, status: 'unscheduled', serviceRequestIds: [1] })
    await st.post('/appointment', { jobId: referred.id, status: 'unscheduled', windowEnd: soon })
    age = 2 * day
    await addJob()
    const canceled = await addJob()
    await st.put(`/job/${canceled.id}`, { status: 'canceled' })
    age = 0
  })
  return { account, api }
}
