import { beforeAll, expect, test, vi } from 'vitest'
import type { Report } from '../src/sync/tasks.ts'
import { builtService } from './support/build.ts'
import { untilFileFinished } from './support/lifetime.ts'
import { type Service, startService } from './support/service.ts'
import { createWorld, holdAfter, range, redisForTests, type World } from './support/world.ts'

vi.setConfig({ testTimeout: 60_000 })
const service = builtService()
const redis = redisForTests()
const lifetime = untilFileFinished()

interface Row {
  readonly id: number
  readonly status: string
  readonly customerPo: string | null
  readonly goneAt: number | null
}

const problem = expect.stringContaining('application/problem+json')
const readAgain = { pages: 1, read: 1, changed: 0, gone: 0 }

let world: World
let running: Service
beforeAll(async () => {
  world = await createWorld(redis.url, { jobs: 1_200, lifetime })
  running = await startService(service.main, world.environment(), lifetime)
}, 60_000)

const sync = async (account: string): Promise<Report> => (await running.post<Report>(`/accounts/${account}/sync`)).body

/** Jobs were added, and all is in step. */
async function inStep() {
  const added = world.jobsAreAdded()
  await Promise.all([sync('acme'), sync('bolt')])
  return added
}

test('all jobs and appointments, whatever their status, are in the table, and each account has its own', async () => {
  await Promise.all([sync('acme'), sync('bolt')])
  // 1,200 jobs of acme, 20 of bolt, and one more of each.
  const expected = { acme: [...range(1, 1_200), 1_221], bolt: [...range(1_201, 1_220), 1_222] }
  expect(world.ids('jobs')).toEqual(expected)
  expect(world.ids('appointments')).toEqual(expected)

  const jobs = await running.get<Row[]>('/accounts/acme/jobs?status=canceled&limit=1000')
  expect(jobs.body.length).toBeGreaterThan(10)
  expect(new Set(jobs.body.map(({ status }) => status))).toEqual(new Set(['canceled']))
  const page = await running.get<Row[]>('/accounts/acme/appointments?after=1199&limit=2')
  expect(page.body.map(({ id }) => id)).toEqual([1_200, 1_221])
  const { body } = await running.get<object[]>('/accounts')
  expect(body).toMatchObject([
    { account: 'acme', rows: { jobs: 1_201, appointments: 1_201 }, syncedAt: expect.any(Number), error: null },
    { account: 'bolt', rows: { jobs: 21, appointments: 21 }, syncedAt: expect.any(Number), error: null },
  ])
})

test('a change arrives with the next sync, which reads what has changed and not the rest', async () => {
  await inStep()
  world.anHourPasses()
  world.api.change('job', 5, { customerPo: 'PO-5' })
  const { id } = world.api.create('job', { type: 'repair', locationId: 2 }, { account: 'acme' })
  const { requests } = world.api.counters

  expect(await sync('acme')).toEqual({
    account: 'acme',
    jobs: { pages: 1, read: 3, changed: 2, gone: 0 },
    appointments: { pages: 1, read: 2, changed: 1, gone: 0 },
  })
  expect(world.api.counters.requests - requests).toBe(2)
  expect(world.ids('jobs')['acme']).toContain(id)
  const rows = await running.get<Row[]>('/accounts/acme/jobs?after=4&limit=1')
  expect(rows.body).toMatchObject([{ id: 5, customerPo: 'PO-5' }])
  expect(await sync('bolt')).toEqual({ account: 'bolt', jobs: readAgain, appointments: readAgain })
})

test('a comparison marks what is gone, which a sync cannot tell', async () => {
  const { bolt } = await inStep()
  const { body: unscheduled } = await running.get<Row[]>('/accounts/bolt/appointments?status=unscheduled')
  const { id } = unscheduled[0]!
  const jobs = world.ids('jobs')['bolt']!
  world.api.remove('appointment', id)

  await sync('bolt')
  expect(world.ids('appointments')['bolt']).toContain(id)
  const { body } = await running.post<Report>('/accounts/bolt/compare')
  expect(body.jobs).toMatchObject({ read: jobs.length, gone: 0 })
  expect(body.appointments).toMatchObject({ read: jobs.length - 1, gone: 1 })
  expect(world.ids('appointments')['bolt']).toEqual(jobs.filter((one) => one !== id))
  expect(jobs).toContain(bolt)
  const all = await running.get<Row[]>('/accounts/bolt/appointments?gone=true')
  expect(all.body.filter(({ goneAt }) => goneAt !== null).map((row) => row.id)).toEqual([id])
  const again = await running.post<Report>('/accounts/bolt/compare')
  expect(again.body.appointments).toMatchObject({ changed: 0, gone: 0 })
})

test('a row that a comparison skips, because the list moves meanwhile, is not taken for gone', async () => {
  await inStep()
  const { body: unscheduled } = await running.get<Row[]>('/accounts/acme/appointments?status=unscheduled&limit=1')
  const { id } = unscheduled[0]!
  // Three pages of jobs pass, and the first one of appointments.
  const holding = holdAfter(world.api, [1, 1, 1, 1])
  const comparison = running.post<Report>('/accounts/acme/compare')
  const hold = await holding
  await hold.arrived(1)
  world.api.remove('appointment', id)
  hold.release()
  expect((await comparison).body.appointments).toMatchObject({ changed: 0, gone: 0 })
  const again = await running.post<Report>('/accounts/acme/compare')
  expect(again.body.appointments).toMatchObject({ changed: 0, gone: 1 })
})

test('who goes away stops the sync they asked for, and nobody else', async () => {
  await inStep()
  const hold = world.api.hold('request')
  const caller = new AbortController()
  const dropped = running.post('/accounts/acme/sync', caller.signal)
  await hold.arrived(1)
  const kept = running.post<Report>('/accounts/acme/sync')
  caller.abort()
  await expect(dropped).rejects.toThrow('aborted')
  // Only now is it the turn of the other one: two never run at once.
  await hold.arrived(2)
  hold.release()
  expect(await kept).toMatchObject({ status: 200, body: { account: 'acme' } })
})

test('a failure of the API is told to who asked, and kept until the next sync', async () => {
  await inStep()
  const kept = async () => (await running.get<object[]>('/accounts')).body[0]
  world.api.faults.serverErrors = 1
  const failed = await running.post('/accounts/acme/sync')
  expect(failed).toMatchObject({ status: 502, type: problem, body: { status: 502, code: 'HTTP_500' } })
  expect(await kept()).toMatchObject({ error: { code: 'HTTP_500' } })
  world.api.faults.dropConnections = 1
  expect(await running.post('/accounts/acme/sync')).toMatchObject({ status: 502, type: problem })
  expect(await kept()).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/) } })
  await sync('acme')
  expect(await kept()).toMatchObject({ error: null })
})

test('what is not there is not found, and a bad query is refused', async () => {
  expect(await running.get('/accounts/other/jobs')).toMatchObject({ status: 404 })
  expect(await running.post('/accounts/other/sync')).toMatchObject({ status: 404 })
  expect(await running.get('/accounts/acme/progress')).toMatchObject({ status: 404 })
  expect(await running.get('/accounts/acme/jobs?limit=0')).toMatchObject({ status: 400 })
  expect(await running.get('/accounts/acme/jobs?status=new&status=closed')).toMatchObject({ status: 400 })
})

test('the schedule syncs all accounts by itself', async () => {
  const other = await createWorld(redis.url)
  const { post } = await startService(service.main, { ...other.environment(), SYNC_INTERVAL: '200' })
  await Promise.all([post('/accounts/acme/sync'), post('/accounts/bolt/sync')])
  const hold = other.api.hold('request')
  await hold.arrived(2)
  hold.release()
})
