import { describe, expect, test } from 'vitest'
import { holdAfter, Company } from './support/company.ts'
import { accountOf, startScript } from './support/start-script.ts'

/** Requests of a run over old appointments alone that come before its second deletion. */
const listAndFirstDeletion = 2

describe('in the middle of a run', () => {
  test('a reset costs one login, and all stale appointments are deleted', async () => {
    await using company = await Company.withOld(4)
    const { api } = company
    const { logins } = api.counters
    const second = holdAfter(api, listAndFirstDeletion)
    await using script = startScript(['--delete'], accountOf(api))
    const hold = await second
    expect(api.resetSessions()).toBe(1)
    hold.release()
    const { exitCode, lines, stderr } = await script.ended
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(lines.at(-1)).toBe('4 of 4 unscheduled appointments are stale: 4 deleted, 0 kept')
    expect(api.counters).toMatchObject({ logins: logins + 2, rejected: 1, liveSessions: 0 })
    expect(await company.unscheduled()).toEqual([])
  })

  test('an appointment that somebody schedules is kept', async () => {
    await using company = await Company.withOld(3)
    const { api } = company
    const [, second] = await company.unscheduled()
    const held = holdAfter(api, listAndFirstDeletion)
    await using script = startScript(['--delete'], accountOf(api))
    const hold = await held
    await company.act(0, (st) => st.put(`/appointment/${second}`, { status: 'scheduled' }))
    hold.release()
    const { exitCode, lines } = await script.ended
    expect(exitCode).toBe(0)
    expect(lines[1]).toMatch(new RegExp(`^kept appointment ${second} .+\\(404\\)$`))
    expect(lines.at(-1)).toBe('3 of 3 unscheduled appointments are stale: 2 deleted, 1 kept')
    expect(api.counters.liveSessions).toBe(0)
  })

  test('a failing server ends it: exit code 1, and it logs out', async () => {
    await using company = await Company.withOld(4)
    const { api } = company
    const second = holdAfter(api, listAndFirstDeletion)
    await using script = startScript(['--delete'], accountOf(api))
    const hold = await second
    api.faults.serverErrors = 1
    hold.release()
    const { exitCode, lines, stderr } = await script.ended
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^nightly-script: DELETE \/appointment\/\d+ was answered 500.*\n$/)
    expect(lines.at(-1)).toBe('4 of 4 unscheduled appointments are stale: 1 deleted, 0 kept, 3 not reached')
    expect(api.counters.liveSessions).toBe(0)
    expect(await company.unscheduled()).toHaveLength(3)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it after the deletion under way, and it logs out',
    async (name) => {
      await using company = await Company.withOld(4)
      const { api } = company
      const second = holdAfter(api, listAndFirstDeletion)
      await using script = startScript(['--delete'], accountOf(api))
      const hold = await second
      script.kill(name)
      await script.complained(`The process received ${name}`)
      hold.release()
      const { exitCode, signal, lines } = await script.ended
      expect({ exitCode, signal }).toEqual({ exitCode: null, signal: name })
      expect(lines.at(-1)).toBe('4 of 4 unscheduled appointments are stale: 2 deleted, 0 kept, 2 not reached')
      expect(api.counters.liveSessions).toBe(0)
      expect(await company.unscheduled()).toHaveLength(2)
    },
  )

  test('nobody who reads what it says ends it, quietly: exit code 1, nothing more is deleted, and it logs out', async () => {
    await using company = await Company.withOld(4)
    const { api } = company
    const second = holdAfter(api, listAndFirstDeletion)
    await using script = startScript(['--delete'], accountOf(api))
    const hold = await second
    script.stopReading()
    hold.release()
    expect(await script.ended).toMatchObject({ exitCode: 1, signal: null, stderr: '' })
    expect(api.counters.liveSessions).toBe(0)
    expect(await company.unscheduled()).toHaveLength(2)
  })

  test('SIGTERM while it still reads ends it at once, with nothing deleted, and it logs out', async () => {
    await using company = await Company.withOld(2)
    const { api } = company
    const list = holdAfter(api, 0)
    await using script = startScript(['--delete'], accountOf(api))
    const hold = await list
    script.kill('SIGTERM')
    expect(await script.ended).toMatchObject({ exitCode: null, signal: 'SIGTERM', lines: [] })
    hold.release()
    expect(api.counters.liveSessions).toBe(0)
    expect(await company.unscheduled()).toHaveLength(2)
  })
})
