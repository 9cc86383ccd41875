import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('scripts/calls.ts', import.meta.url))

test('no call loads the fetch that is built into Node, a second undici that takes longer to load than all of ours', async () => {
  await using api = await startEmulator()
  const { username, password } = defaultUser
  const args = ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning', script]
  const { stdout } = await promisify(execFile)(process.execPath, [...args, api.url, username, password])
  expect(JSON.parse(stdout)).toEqual({ culprit: 'none', isKnown: true })
})
