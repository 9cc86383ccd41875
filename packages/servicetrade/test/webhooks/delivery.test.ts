import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import {
  ensureWebhook,
  secretMatcher,
  type WebhookEvent,
  WebhookInbox,
  type WebhookInboxOptions,
} from '@latchkey/servicetrade'
import { expect, test } from 'vitest'
import { startClient } from '../support/client.ts'

const secret = 'a-secret-of-30-characters-long'
const isSecret = secretMatcher(secret)

/** An emulator that tells a server of ours of all that happens in it. */
async function startDelivering(options: Partial<WebhookInboxOptions>) {
  const events: WebhookEvent[] = []
  const statuses: number[] = []
  const inbox = new WebhookInbox({ handle: (message) => void events.push(...message.events), ...options })
  const server = createServer(async (request, response) => {
    const status = isSecret(request.url?.slice(1)) ? await inbox.receive(await buffer(request)) : 404
    statuses.push(status)
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${secret}`
  const client = await startClient({ webhooks: { retryDelay: 1 } })
  await ensureWebhook(client.st, { hookUrl })
  return {
    ...client,
    inbox,
    events,
    statuses,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await inbox.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('what happens on the server is worked on, changes included', async () => {
  await using delivering = await startDelivering({})
  const { api, st, inbox, events, statuses } = delivering
  api.change('job', 1, { status: 'completed' })
  await st.post('/contact', { firstName: 'Ada', lastName: 'Lovelace', companyIds: [1], locationIds: [1] })
  await api.webhooksSettled()
  await inbox.drain()
  const job = events.find(({ entity }) => entity.type === 'job')
  expect(job).toMatchObject({ action: 'updated', userId: null, entity: { id: 1 } })
  expect(job?.changes).toEqual([{ field: 'status', oldValue: expect.any(String), newValue: 'completed' }])
  expect(events.find(({ entity }) => entity.type === 'contact')).toMatchObject({ action: 'created', changes: [] })
  expect(statuses).toEqual([202, 202])
})

test('messages that are sent twice, out of order and with changes in an object are worked on once', async () => {
  await using delivering = await startDelivering({})
  const { api, inbox, events, statuses } = delivering
  Object.assign(api.faults, { duplicateWebhooks: true, reorderWebhooks: 3, objectChangesets: true })
  for (const status of ['completed', 'scheduled', 'canceled']) api.change('job', 1, { status })
  await api.webhooksSettled()
  await inbox.drain()
  const values = events.map(({ changes }) => changes[0]?.newValue)
  expect(values.toSorted()).toEqual(['canceled', 'completed', 'scheduled'])
  expect(statuses.toSorted()).toEqual([200, 200, 200, 202, 202, 202])
})

test('what cannot be accepted is sent again', async () => {
  let isDown = true
  await using delivering = await startDelivering({
    onError: () => {},
    accept: () => {
      if (!isDown) return
      isDown = false
      throw new Error('database is down')
    },
  })
  const { api, inbox, events, statuses } = delivering
  api.change('job', 1, { status: 'completed' })
  await api.webhooksSettled()
  await inbox.drain()
  expect([statuses, events.length]).toEqual([[503, 202], 1])
  expect(api.counters).toMatchObject({ webhookAttempts: 2, webhooksDelivered: 1, webhooksDiscarded: 0 })
})
