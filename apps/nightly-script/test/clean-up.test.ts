import type { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { addAppointment, addJob, Company, daysAgo } from './support/company.ts'
import { accountOf, clientOf, runScript, startScript } from './support/start-script.ts'

describe('the nightly script', () => {
  test('deletes the stale appointments, keeps all others, and logs out', async () => {
    await using company = await Company.start()
    const { api } = company
    const ancient = await company.act(400, addJob)
    const old = await company.act(31, addJob)
    const young = await company.act(29, addJob)
    const { over, missed, planned, referred } = await company.act(0, async (st) => {
      const add = (fields: object) => addAppointment(st, young.job, fields)
      await add({ status: 'scheduled', windowStart: daysAgo(50), windowEnd: daysAgo(49) })
      return {
        over: await Promise.all(overStatuses.map((status) => addJobThatIs(st, status))),
        missed: await add({ windowStart: daysAgo(41), windowEnd: daysAgo(40) }),
        planned: await addAppointment(st, ancient.job, { windowStart: daysAgo(-4) }),
        referred: await add({ windowEnd: daysAgo(40), serviceRequestIds: [7] }),
      }
    })
    const { logouts } = api.counters
    const { exitCode, lines, stderr } = await runScript(['--delete'], accountOf(api))

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(api.counters).toMatchObject({ liveSessions: 0, logouts: logouts + 1 })
    const stale = [ancient.appointment, old.appointment, ...over, missed]
    expect(lines.filter((line) => line.startsWith('deleted')).map(idIn)).toEqual(stale.toSorted((a, b) => a - b))
    expect(lines.filter((line) => line.startsWith('kept')).map(idIn)).toEqual([referred])
    expect(lines).toHaveLength(stale.length + 2)
    expect(lines.at(-1)).toBe('10 of 12 unscheduled appointments are stale: 9 deleted, 1 kept')
    expect((await company.unscheduled()).toSorted()).toEqual([young.appointment, planned, referred].toSorted())
  })

  test('deletes nothing unless it is told to', async () => {
    await using company = await Company.withOld(3)
    const { exitCode, lines } = await runScript([], accountOf(company.api))
    expect(exitCode).toBe(0)
    expect(lines.filter((line) => line.startsWith('would delete'))).toHaveLength(3)
    expect(lines.at(-1)).toBe('3 of 3 unscheduled appointments are stale; nothing was deleted, which takes --delete')
    expect(await company.unscheduled()).toHaveLength(3)
    expect(company.api.counters.liveSessions).toBe(0)
  })

  test('works as an OAuth2 client as it does as a user, and leaves no token behind', async () => {
    await using company = await Company.withOld(2)
    const { logouts } = company.api.counters
    const { exitCode, lines } = await runScript(['--delete'], clientOf(company.api))
    expect({ exitCode, last: lines.at(-1) }).toEqual({
      exitCode: 0,
      last: '2 of 2 unscheduled appointments are stale: 2 deleted, 0 kept',
    })
    expect(company.api.counters).toMatchObject({ liveTokens: 0, logouts: logouts + 1 })
  })

  test('takes for old what --older-than says', async () => {
    await using company = await Company.withOld(1)
    const { lines } = await runScript(['--older-than', '61'], accountOf(company.api))
    expect(lines).toEqual(['0 of 1 unscheduled appointments are stale; nothing was deleted, which takes --delete'])
    expect((await runScript(['--older-than=59'], accountOf(company.api))).lines).toHaveLength(2)
  })

  test('reads all pages before it deletes, so that none is passed over', async () => {
    await using company = await Company.withOld(501)
    const { lines } = await runScript(['--delete'], accountOf(company.api))
    expect(lines.at(-1)).toBe('501 of 501 unscheduled appointments are stale: 501 deleted, 0 kept')
  })

  test('asks once for the job of several appointments', async () => {
    await using company = await Company.start()
    const { api } = company
    await company.act(0, async (st) => {
      const { job } = await addJob(st)
      for (const _ of [1, 2]) await addAppointment(st, job)
    })
    const before = api.counters.requests
    const { lines } = await runScript([], accountOf(api))
    expect(lines.at(-1)).toMatch(/^0 of 3 /)
    // The list, the job, the logout.
    expect(api.counters.requests - before).toBe(3)
  })

  test('works on an emulator of its own without an account', async () => {
    const { exitCode, lines, stderr } = await runScript(['--delete'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(lines[0]).toMatch(/emulator/)
    expect(lines.at(-1)).toBe('4 of 6 unscheduled appointments are stale: 3 deleted, 1 kept')
  })

  test('ends its emulator, too, if nobody reads what it says', async () => {
    await using script = startScript(['--delete'])
    await script.said()
    script.stopReading()
    expect(await script.ended).toMatchObject({ exitCode: 1, signal: null, stderr: '' })
  })

  test('tries a wrong password once, and shows no secret', async () => {
    await using company = await Company.start()
    const wrong = 'incorrect-horse-battery'
    const { exitCode, lines, stderr } = await runScript(['--delete'], accountOf(company.api, wrong))
    expect(exitCode).toBe(1)
    expect(company.api.counters).toMatchObject({ loginAttempts: 1, refused: 1, requests: 0 })
    expect(lines).toEqual([])
    expect(stderr).toMatch(/^nightly-script: The login was answered 403: .+\n$/)
    expect(stderr).not.toContain(wrong)
    expect(stderr).not.toContain(defaultUser.password)
  })
})

const idIn = (line: string): number => Number(/appointment (\d+)/.exec(line)?.[1])

const overStatuses = ['completed', 'pending_invoice', 'sending_invoice', 'invoiced', 'closed', 'canceled']

async function addJobThatIs(st: ServiceTrade, status: string): Promise<number> {
  const { job, appointment } = await addJob(st)
  await st.put(`/job/${job}`, { status })
  return appointment
}
