import { WebhookInbox } from '@latchkey/servicetrade'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { Journal } from '../src/journal.ts'
import { keepResuming, resume } from '../src/resuming.ts'

const body = (messageId: string): object => ({ messageId, timestamp: 1, data: [] })

function openKit(options: { limit?: number } = {}) {
  const database = openDatabase(undefined)
  const journal = new Journal(database)
  const worked: string[] = []
  const troubles = new Set<string>()
  const inbox = new WebhookInbox({
    accept: (message) => journal.add(message),
    handle: (message) => {
      worked.push(message.messageId)
      if (troubles.has(message.messageId)) throw new Error('down')
      journal.finish(message)
    },
    onError: () => {},
    attempts: 1,
    ...options,
  })
  return { database, journal, worked, troubles, inbox }
}

test('a process that stays up gets to a message that it gave up on', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { database, journal, worked, troubles, inbox } = openKit()
  const said: string[] = []
  const stop = keepResuming(journal, inbox, (line) => said.push(line))
  troubles.add('a')
  for (const id of ['a', 'b']) await inbox.receive(body(id))
  await inbox.drain()
  troubles.clear()
  await vi.advanceTimersByTimeAsync(299_000)
  expect(worked).toEqual(['a', 'b'])
  await vi.advanceTimersByTimeAsync(1_000)
  await inbox.drain()
  expect(worked).toEqual(['a', 'b', 'a'])
  expect(journal.unfinished()).toEqual([])
  database.close()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(said).toEqual([expect.stringMatching(/^The journal cannot be read: /)])
  stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('messages that find no place are left for the next time', async () => {
  const { journal, worked, inbox } = openKit({ limit: 2 })
  for (const messageId of ['a', 'b', 'c']) journal.add({ messageId, timestamp: 1, events: [] })
  await resume(journal, inbox)
  await inbox.drain()
  await resume(journal, inbox)
  await inbox.drain()
  expect(worked).toEqual(['a', 'b', 'c'])
})
