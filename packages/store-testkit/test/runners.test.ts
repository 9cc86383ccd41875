import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const file = fileURLToPath(new URL('./samples/contract-under-node-test.ts', import.meta.url))

function runNodeTest(store: 'sound' | 'broken'): Promise<{ code: unknown; report: string }> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=latchkey-source', '--test', '--test-reporter=tap', file],
      { env: { ...env, STORE: store } },
      (error, report) => resolve({ code: error?.code ?? 0, report }),
    )
  })
}

describe('the kit under node:test', () => {
  it('passes a sound store, with every case of its claims', async () => {
    const { code, report } = await runNodeTest('sound')
    expect(report).toMatch(/^# fail 0$/m)
    expect(Number(/^# pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThan(30)
    expect(code).toBe(0)
  })

  it('fails a store that compares nothing', async () => {
    const { code, report } = await runNodeTest('broken')
    expect(report).toMatch(/not ok \d+ - writes nothing over a version that is no longer the current one/)
    expect(code).toBe(1)
  })
})
