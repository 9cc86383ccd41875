import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../fixtures/idle-tenants.ts', import.meta.url))

test('an idle tenant takes less than 2.5 KB of memory', async () => {
  const flags = ['--expose-gc', '--conditions=latchkey-source']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script])
  const bytes = Number(stdout)
  // Less would say that nothing was kept, or measured.
  expect(bytes).toBeGreaterThan(500)
  expect(bytes).toBeLessThan(2_500)
})
