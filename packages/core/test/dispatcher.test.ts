import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { defaultDispatcher } from '@latchkey/core'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('fixtures/bundled-dispatcher.ts', import.meta.url))

test('a form is sent even where Node’s bundled undici holds the global dispatcher', async () => {
  const run = promisify(execFile)(process.execPath, ['--conditions=latchkey-source', script], { timeout: 20_000 })
  expect((await run).stdout).toBe('served')
})

test('a global dispatcher that somebody set is the default', async () => {
  const before = getGlobalDispatcher()
  const own = new Agent()
  try {
    setGlobalDispatcher(own)
    expect(await defaultDispatcher()).toBe(own)
  } finally {
    setGlobalDispatcher(before)
  }
})
