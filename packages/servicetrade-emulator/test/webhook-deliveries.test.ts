import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { type Emulator, startEmulator, type WebhookOptions } from '@latchkey/servicetrade-emulator'
import { expect, onTestFinished, test } from 'vitest'
import { startReceiver, subscribe } from './receiver.ts'
import { call, login } from './support.ts'

const never = 2 ** 31 - 1
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end()
const counts = ({ counters: { webhookAttempts, webhooksDelivered, webhookFailures, webhooksDiscarded } }: Emulator) => [
  webhookAttempts,
  webhooksDelivered,
  webhookFailures,
  webhooksDiscarded,
]

/** An emulator with a webhook at that URL, and a job that is completed. */
async function open(hookUrl: string, webhooks: WebhookOptions = { retryDelay: 0 }) {
  const api = await startEmulator({ webhooks })
  const token = await login(api)
  const id = await subscribe(api, token, hookUrl)
  api.change('job', 1, { status: 'completed' })
  return { api, token, id, [Symbol.asyncDispose]: () => api.close() }
}

test.each([200, 204, 302, 404, 499])('a message that is answered %d is delivered', async (code) => {
  await using receiver = await startReceiver(status(code, { location: '/elsewhere' }))
  await using on = await open(receiver.url)
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([1, 1, 0, 0])
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hook'])
})

test('a message that is not taken is tried three times as it is, and then discarded', async () => {
  await using receiver = await startReceiver(status(500))
  await using on = await open(receiver.url)
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([3, 0, 3, 1])
  expect(receiver.received).toHaveLength(3)
  expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1)
})

test('a message that is taken at its third try is delivered', async () => {
  await using receiver = await startReceiver((response, before) => status(before < 2 ? 503 : 200)(response))
  await using on = await open(receiver.url)
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([3, 1, 2, 0])
})

test('an answer that takes too long has failed', async () => {
  await using receiver = await startReceiver((response, before) => before > 0 && response.end())
  await using on = await open(receiver.url, { timeLimit: 100, retryDelay: 0 })
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([2, 1, 1, 0])
})

test('a status in time is success, though the rest of the answer never comes', async () => {
  await using receiver = await startReceiver((response) => response.writeHead(200).flushHeaders())
  await using on = await open(receiver.url, { timeLimit: 100 })
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([1, 1, 0, 0])
})

test.each(['http://user:%E0%A4%A@127.0.0.1/', 'http://127.0.0.1:1/'])('%s takes no message', async (hookUrl) => {
  await using on = await open(hookUrl)
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([3, 0, 3, 1])
})

test('a webhook is tried again only after the delay', async () => {
  await using receiver = await startReceiver(status(500))
  await using on = await open(receiver.url, { retryDelay: never })
  await expect.poll(() => on.api.counters.webhookFailures).toBe(1)
  let settled = false
  void on.api.webhooksSettled().then(() => (settled = true))
  // What another message needs from its start to its end is time enough for a second try, were it not delayed.
  on.api.change('job', 2, { status: 'completed' })
  await expect.poll(() => on.api.counters.webhookFailures).toBe(2)
  expect([settled, on.api.counters.webhookAttempts]).toEqual([false, 2])
})

test('nobody waits for a receiver: neither the API nor the next message', async () => {
  const answers: ServerResponse[] = []
  await using receiver = await startReceiver((response) => answers.push(response))
  await using on = await open(receiver.url)
  const put = await call(on.api, '/job/2', { method: 'PUT', token: on.token, json: { status: 'completed' } })
  expect(put.status).toBe(200)
  await receiver.arrived(2)
  expect(counts(on.api)).toEqual([2, 0, 0, 0])
  for (const response of answers) response.end()
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([2, 2, 0, 0])
})

test('settled waits for what a receiver does before it answers', async () => {
  await using receiver = await startReceiver((response, before) => {
    if (before === 0) on.api.change('job', 2, { status: 'completed' })
    response.end()
  })
  await using on = await open(receiver.url)
  await on.api.webhooksSettled()
  expect(receiver.events()).toEqual(['job 1 updated', 'job 2 updated'])
  expect(counts(on.api)).toEqual([2, 2, 0, 0])
})

test.each([
  ['deleted', (api: Emulator, path: string, token: string) => call(api, path, { method: 'DELETE', token })],
  [
    'disabled',
    (api: Emulator, path: string, token: string) => call(api, path, { method: 'PUT', token, json: { enabled: false } }),
  ],
])('a webhook that is %s is not tried again', async (_what, end) => {
  const answers: ServerResponse[] = []
  await using receiver = await startReceiver((response) => answers.push(response))
  await using on = await open(receiver.url)
  await receiver.arrived(1)
  await end(on.api, `/webhook/${on.id}`, on.token)
  status(500)(answers[0]!)
  await on.api.webhooksSettled()
  expect(counts(on.api)).toEqual([1, 0, 1, 1])
})

test('closing breaks off deliveries, and those that wait for another try', async () => {
  await using receiver = await startReceiver((response, before) => before === 0 && status(500)(response))
  await using on = await open(receiver.url, { timeLimit: never, retryDelay: never })
  await expect.poll(() => on.api.counters.webhookFailures).toBe(1)
  on.api.change('job', 2, { status: 'completed' })
  await receiver.arrived(2)
  const settled = on.api.webhooksSettled()
  await on.api.close()
  await settled
  on.api.change('job', 3, { status: 'completed' })
  expect(counts(on.api)).toEqual([2, 0, 1, 0])
})

test('a process with deliveries under way ends once the emulator is closed', async () => {
  await using receiver = await startReceiver((response, before) => before === 0 && status(500)(response))
  const program = `
    import { startEmulator } from '@latchkey/servicetrade-emulator'
    const api = await startEmulator({ webhooks: { timeLimit: ${never}, retryDelay: ${never} } })
    const post = async (path, body, cookie = '') =>
      (await fetch(api.url + '/api' + path, {
        method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body),
      })).json()
    const { data } = await post('/auth', { username: 'integration', password: 'emulator-password' })
    await post('/webhook', { hookUrl: '${receiver.url}' }, 'PHPSESSID=' + data.authToken)
    api.change('job', 1, { status: 'completed' })
    while (api.counters.webhookFailures < 1) await new Promise((resolve) => setImmediate(resolve))
    api.change('job', 2, { status: 'completed' })
    process.stdin.once('data', () => { process.stdin.destroy(); api.close().then(() => console.log('closed')) })
  `
  const args = ['--conditions=latchkey-source', '--input-type=module', '--eval', program]
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await receiver.arrived(2)
  child.stdin.write('close')
  const [said, [code]] = await Promise.all([textOf(child.stdout), once(child, 'exit')])
  expect([said, code]).toEqual(['closed\n', 0])
})
