import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallOutcome, Calls } from './support/caller.ts'

const caller = fileURLToPath(new URL('support/caller.ts', import.meta.url))
const username = 'ida@example.com'
const password = 'correct-horse-battery'
const wrong = 'incorrect-horse-battery'

let folder: string
let children: ChildProcess[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storm-test-'))
  children = Array.from({ length: 4 }, () => fork(caller, { execArgv: ['--conditions=latchkey-source'] }))
  await Promise.all(children.map((child) => once(child, 'message')))
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

async function callAll(calls: Calls): Promise<CallOutcome[]> {
  const outcomes = children.map(async (child) => {
    child.send(calls)
    const [outcome] = await once(child, 'message')
    return outcome as CallOutcome[]
  })
  return (await Promise.all(outcomes)).flat()
}

test('a wrong password costs 200 calls in 4 processes one login attempt, and the right one works at once', async () => {
  await using api = await startEmulator({ users: [{ username, password }] })
  const access = { baseUrl: api.url, username, path: join(folder, 'sessions.db'), count: 50 }

  const refused = await callAll({ ...access, password: wrong })
  expect(refused).toHaveLength(200)
  expect(refused.filter(({ isRefused }) => !isRefused)).toEqual([])
  expect(refused.filter(({ text }) => text.includes(wrong))).toEqual([])
  expect(api.counters).toMatchObject({ loginAttempts: 1, refused: 1, requests: 0 })

  const served = await callAll({ ...access, password })
  expect(served.filter(({ isServed }) => isServed)).toHaveLength(200)
  expect(api.counters).toMatchObject({ loginAttempts: 2, refused: 1, logins: 1, liveSessions: 1 })
})
