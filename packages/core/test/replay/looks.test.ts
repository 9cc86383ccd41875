import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'
import { type Script, startApi } from '../support/scripted-api.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { openSession } from './kit.ts'

const answers: Record<string, Script> = {
  'are served': { status: 200 },
  'are answered 503': { status: 503 },
  'break off': ({ request }) => void request.socket.destroy(),
}

test.each(Object.entries(answers))('a process whose requests %s sees what the others use', async (_how, answer) => {
  await using api = await startApi()
  const clock = new VirtualClock()
  const store = new MemoryTokenStore()
  await using own = openSession(api, { clock, store })
  await using other = openSession(api, { clock, store })
  await own.session.grant()
  await other.session.grant()
  const next = await other.session.refresh()
  await clock.advance(100_000)
  let seen: string | undefined
  api.always('/job', (exchange) => {
    seen = exchange.tokens[0]
    return typeof answer === 'function' ? answer(exchange) : answer
  })
  const use = async (): Promise<string | undefined> => {
    await own.session.fetch(`${api.origin}/job`).catch(() => {})
    return seen
  }
  expect(await use()).not.toBe(next.token)
  await expect.poll(use).toBe(next.token)
})
