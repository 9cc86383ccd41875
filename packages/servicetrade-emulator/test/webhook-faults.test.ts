import { startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { startReceiver, subscribe } from './receiver.ts'
import { login } from './support.ts'

async function open(options: object = {}) {
  const receiver = await startReceiver()
  const api = await startEmulator()
  await subscribe(api, await login(api), receiver.url, options)
  return {
    ...{ api, receiver },
    async [Symbol.asyncDispose]() {
      await api.close()
      await receiver[Symbol.asyncDispose]()
    },
  }
}

test('duplicates have the same id and the same words', async () => {
  await using on = await open()
  on.api.faults.duplicateWebhooks = true
  on.api.change('job', 1, { status: 'completed' })
  await on.api.webhooksSettled()
  expect(on.receiver.received).toHaveLength(2)
  expect(on.receiver.received[0]!.text).toBe(on.receiver.received[1]!.text)
  expect(on.api.counters.webhooksDelivered).toBe(2)
})

test('messages that are held back arrive together, the last first', async () => {
  await using on = await open()
  on.api.faults.reorderWebhooks = 3
  for (const id of [1, 2, 3]) {
    expect(on.api.counters.webhookAttempts).toBe(0)
    on.api.change('job', id, { status: 'completed' })
  }
  await on.receiver.arrived(3)
  expect(on.receiver.events()).toEqual(['job 3 updated', 'job 2 updated', 'job 1 updated'])
})

test('messages that are held back are sent when somebody waits for all to be settled', async () => {
  await using on = await open()
  on.api.faults.reorderWebhooks = 3
  for (const id of [1, 2, 3, 4, 5]) on.api.change('job', id, { status: 'completed' })
  await on.receiver.arrived(3)
  await on.api.webhooksSettled()
  const order = on.receiver.events()
  expect(order.slice(0, 3)).toEqual(['job 3 updated', 'job 2 updated', 'job 1 updated'])
  expect(order.slice(3)).toEqual(['job 5 updated', 'job 4 updated'])
  expect(on.api.counters).toMatchObject({ webhookAttempts: 5, webhooksDelivered: 5 })
})

test('messages that are held back when the fault ends go out with the next one', async () => {
  await using on = await open()
  on.api.faults.reorderWebhooks = 10
  on.api.change('job', 1, { status: 'completed' })
  on.api.faults.reorderWebhooks = 0
  on.api.change('job', 2, { status: 'completed' })
  await on.receiver.arrived(2)
  expect(on.receiver.events()).toEqual(['job 2 updated', 'job 1 updated'])
})

test('closing forgets what is held back', async () => {
  await using on = await open()
  on.api.faults.reorderWebhooks = 2
  on.api.change('job', 1, { status: 'completed' })
  await on.api.close()
  await on.api.webhooksSettled()
  expect(on.api.counters.webhookAttempts).toBe(0)
})

test('a changeset can be an object', async () => {
  await using on = await open({ includeChangesets: true })
  on.api.faults.objectChangesets = true
  on.api.change('job', 1, { status: 'completed' })
  await on.api.webhooksSettled()
  expect(on.receiver.received[0]!.json.data[0].changeset).toEqual({
    0: { field: 'status', oldValue: 'scheduled', newValue: 'completed' },
  })
})
