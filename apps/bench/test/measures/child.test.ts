import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Child, withChildren } from '../../src/measures/scale/child.ts'

const script = fileURLToPath(new URL('support/child.ts', import.meta.url))

test('processes are gone when the work with them has failed', async () => {
  const pids: number[] = []
  const work = async (children: readonly Child<string, number>[]): Promise<void> => {
    for (const child of children) pids.push(await child.ask('who'))
    throw new Error('enough')
  }
  await expect(withChildren({ script, count: 2 }, work)).rejects.toThrow('enough')
  expect(new Set(pids).size).toBe(2)
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('a process that ends instead of answering is an error', async () => {
  const asked = withChildren({ script, count: 1 }, async ([child]) => child!.ask('end'))
  await expect(asked).rejects.toThrow('ended before it had answered')
})

test('a process that has ended answers nothing more', async () => {
  const asked = withChildren({ script, count: 1 }, async ([child]) => {
    await child!.ask('end').catch(() => {})
    return child!.ask('who')
  })
  await expect(asked).rejects.toThrow('ended before it had answered')
})
