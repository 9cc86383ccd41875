import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { rejection } from '../support/client.ts'
import { startSdk } from './support.ts'

const params = { purposeId: 7, entityType: 3, entityId: 1 }
const options = { filename: 'report.txt', contentType: 'text/plain' }
const bytes = Buffer.alloc(50_000, 'report')

const kinds: [string, (content: Buffer) => unknown][] = [
  ['a Buffer', (content) => content],
  ['a string', (content) => content.toString()],
  ['a Blob', (content) => new Blob([content])],
  ['a stream', (content) => Readable.from([content.subarray(0, 20_000), content.subarray(20_000)])],
  ['a web stream', (content) => new Blob([content]).stream()],
]

const checksumOf = (content: Buffer) => createHash('md5').update(content).digest('hex')

test.each(kinds)('%s arrives, across a dead token too', async (_what, valueOf) => {
  await using client = await startSdk()
  const { st, api } = client
  await st.get('/job/1')
  api.resetSessions()
  const attachment = await st.attach(params, { value: valueOf(bytes), options })
  expect(attachment).toMatchObject({ fileName: 'report.txt', checksum: checksumOf(bytes) })
  expect(api.counters).toMatchObject({ loginAttempts: 2, rejected: 1 })
})

test.each(kinds)('%s that is long arrives, whether or not anything logs in by itself', async (_what, valueOf) => {
  const content = Buffer.alloc(500_000, 'report')
  for (const autoRefreshAuth of [true, false]) {
    await using client = await startSdk({ autoRefreshAuth })
    await client.st.login()
    const attachment = await client.st.attach(params, { value: valueOf(content), options })
    expect(attachment).toMatchObject({ fileName: 'report.txt', checksum: checksumOf(content) })
  }
})

test('a stream that is not sent is let go of', async () => {
  await using client = await startSdk({ clientSecret: 'wrong' })
  const value = Readable.from([bytes])
  expect(await rejection(client.st.attach(params, { value, options }))).toMatchObject({ response: { status: 401 } })
  expect(value.destroyed).toBe(true)
  expect(await rejection(client.st.attach(params, undefined as never))).toMatchObject({ option: 'file' })
})
