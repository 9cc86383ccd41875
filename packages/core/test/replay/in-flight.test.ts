import { expect, test } from 'vitest'
import { startApi } from '../support/scripted-api.ts'
import { openSession, send } from './kit.ts'

test('a request in flight at a reset replays', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const { dispatcher } = kit
  await send(`${api.origin}/a`, { dispatcher })
  const hold = api.hold('request')
  const all = Promise.all(Array.from({ length: 100 }, () => send(`${api.origin}/a`, { dispatcher })))
  await hold.arrived(100)
  api.reset()
  hold.release()
  expect(new Set((await all).map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  expect(api.counts).toMatchObject({ login: 2, rejected: 100, served: 101 })
})
