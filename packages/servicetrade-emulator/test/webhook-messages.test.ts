import { startEmulator } from '@latchkey/servicetrade-emulator'
import { FormData } from 'undici'
import { expect, test } from 'vitest'
import { startReceiver, subscribe } from './receiver.ts'
import { call, createClock, login } from './support.ts'

/** An emulator whose webhook is received. */
async function open(options: object = {}) {
  const clock = createClock()
  const receiver = await startReceiver()
  const api = await startEmulator({ clock: clock.read })
  const token = await login(api)
  await subscribe(api, token, receiver.url, options)
  const send = async (method: string, path: string, json?: unknown) => {
    const { text } = await call(api, path, { method, token, json })
    await api.webhooksSettled()
    return text === '' ? undefined : JSON.parse(text).data
  }
  return {
    ...{ api, clock, token, send, receiver },
    async [Symbol.asyncDispose]() {
      await api.close()
      await receiver[Symbol.asyncDispose]()
    },
  }
}

test('what a client does is posted to the webhook, in the form that is documented', async () => {
  await using on = await open()
  await on.send('PUT', '/job/1', { status: 'completed' })
  const [{ method, path, type, json }] = on.receiver.received as [(typeof on.receiver.received)[0]]
  expect([method, path, type]).toEqual(['POST', '/hook', 'application/json'])
  const now = on.clock.read() / 1000
  expect(json).toEqual({
    messageId: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    timestamp: String(now),
    data: [
      {
        action: 'updated',
        timestamp: now,
        userId: 1,
        entity: { type: 'job', id: 1, uri: `${on.api.url}/api/job/1` },
      },
    ],
  })
})

test('all that one write does is one message', async () => {
  await using on = await open()
  const job = await on.send('POST', '/job', { type: 'repair', locationId: 1 })
  const { id } = job.currentAppointment
  await on.send('PUT', `/appointment/${id}`, { status: 'scheduled', windowStart: 1_800_000_000 })
  expect(on.receiver.received.map(({ json }) => json.data.length)).toEqual([2, 2])
  expect(on.receiver.events()).toEqual([
    `job ${job.id} created`,
    `appointment ${id} created`,
    `appointment ${id} updated`,
    `job ${job.id} updated`,
  ])
})

test('reading, and writes that are refused, are told to nobody', async () => {
  await using on = await open()
  await on.send('GET', '/job/1')
  await on.send('PUT', '/job/1', { status: 'done' })
  await on.send('DELETE', '/appointment/1')
  expect(on.api.counters.webhookAttempts).toBe(0)
})

test('companies, locations, contacts and attachments are told of; comments, tags and webhooks are not', async () => {
  await using on = await open()
  await on.send('PUT', '/company/2', { name: 'Bolt' })
  await on.send('PUT', '/location/1', { name: 'Mill' })
  await on.send('DELETE', '/contact/1')
  const body = new FormData()
  for (const [name, value] of Object.entries({ purposeId: '7', entityType: '3', entityId: '1' }))
    body.append(name, value)
  body.append('uploadedFile', new File(['x'], 'x.txt'))
  await call(on.api, '/attachment', { method: 'POST', token: on.token, body })
  await on.send('POST', '/tag', { name: 'Rooftop' })
  await on.send('PUT', '/comment/1', { content: 'Changed.' })
  await on.send('PUT', '/webhook/1', { includeChangesets: true })
  expect(on.receiver.events().toSorted()).toEqual([
    'attachment 1 created',
    'company 2 updated',
    'contact 1 deleted',
    'location 1 updated',
  ])
})

test('a webhook is told of what it asks for', async () => {
  const entityEvents = [
    { entityType: 3, actions: ['created'] },
    { entityType: 16, actions: ['updated', 'deleted'] },
  ]
  await using on = await open({ entityEvents })
  const job = await on.send('POST', '/job', { type: 'repair', locationId: 1 })
  await on.send('PUT', `/job/${job.id}`, { status: 'bidding' })
  await on.send('DELETE', `/appointment/${job.currentAppointment.id}`)
  expect(on.receiver.events()).toEqual([`job ${job.id} created`, `appointment ${job.currentAppointment.id} deleted`])
})

test.each([
  ['asks for nothing', { entityEvents: [] }],
  ['asks for no action', { entityEvents: [{ entityType: 3, actions: [] }] }],
  ['is disabled', { enabled: false }],
])('a webhook that %s is told nothing', async (_what, options) => {
  await using on = await open(options)
  await on.send('PUT', '/job/1', { status: 'completed' })
  expect(on.api.counters.webhookAttempts).toBe(0)
  await on.send('PUT', '/webhook/1', { enabled: true, entityEvents: null })
  await on.send('PUT', '/job/1', { status: 'closed' })
  expect(on.api.counters.webhooksDelivered).toBe(1)
})

test('a changeset tells what became of the fields that are tracked, on updates alone', async () => {
  await using on = await open({ includeChangesets: true })
  await on.send('PUT', '/appointment/1', { windowStart: null, windowEnd: 1_800_000_000, released: false })
  await on.send('PUT', '/job/1', { customerPo: 'PO-1' })
  await on.send('POST', '/appointment', { jobId: 1 })
  const [moved, other, created] = on.receiver.received.map(({ json }) => json.data[0])
  expect(moved.changeset).toEqual([
    { field: 'windowStart', oldValue: expect.any(Number), newValue: null },
    { field: 'windowEnd', oldValue: expect.any(Number), newValue: 1_800_000_000 },
  ])
  expect(other.changeset).toEqual([])
  expect(created).not.toHaveProperty('changeset')
})

test('changes by nobody have no user, those by a user have', async () => {
  await using on = await open()
  on.api.change('job', 1, { status: 'completed' })
  on.api.change('job', 1, { status: 'closed' }, { username: 'integration' })
  await on.api.webhooksSettled()
  expect(on.receiver.received.map(({ json }) => json.data[0].userId).toSorted()).toEqual([1, null])
})

test('each webhook gets a message of its own', async () => {
  await using on = await open()
  await subscribe(on.api, on.token, on.receiver.url)
  await on.send('PUT', '/job/1', { status: 'completed' })
  expect(new Set(on.receiver.received.map(({ json }) => json.messageId)).size).toBe(2)
})
