import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const file = fileURLToPath(new URL('scripts/inbox.ts', import.meta.url))

/** What a process says that has nothing but an inbox to keep it alive. Rejects if it does not end by itself. */
async function linesOf(scenario: string): Promise<string[]> {
  const options = { timeout: 20_000, killSignal: 'SIGKILL' } as const
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=latchkey-source', '--no-warnings', file, scenario],
    options,
  )
  return stdout.trim().split('\n')
}

test('a process lives on while a message waits, pauses or is worked on, and ends after it', async () => {
  expect(await linesOf('pausing')).toEqual(['202', 'attempt 1', 'attempt 2', 'attempt 3'])
})

test('a process lives on until a delivery is answered, and no longer', async () => {
  expect(await linesOf('accepting')).toEqual(['503'])
})

test('a process lives on until a close is over, and has the messages that were not finished', async () => {
  expect(await linesOf('closing')).toEqual(['unfinished: a,b'])
})

test('a closed inbox keeps no process alive, whatever pause was under way', async () => {
  expect(await linesOf('closed')).toEqual(['unfinished: a'])
})
