import { expect, test } from 'vitest'
import { Spool, spoolLimit } from '../../src/replay/spool.ts'

const half = Buffer.alloc(spoolLimit / 2)

async function* numbered(count: number): AsyncGenerator<Buffer> {
  for (let number = 0; number < count; number += 1) yield Buffer.concat([half, Buffer.from(String(number))])
}

const numberIn = ({ value }: IteratorResult<unknown, void>): string =>
  (value as Buffer).subarray(half.length).toString()

test('an older reader that goes on takes nothing from the newest', async () => {
  const spool = new Spool(numbered(4))
  const older = spool.open()
  expect([numberIn(await older.next()), numberIn(await older.next())]).toEqual(['0', '1'])
  expect(spool.isReplayable).toBe(true)
  const newest = spool.open()
  expect([numberIn(await older.next()), numberIn(await older.next())]).toEqual(['2', '3'])
  const seen: string[] = []
  for await (const chunk of newest) seen.push(numberIn({ value: chunk, done: false }))
  expect(seen).toEqual(['0', '1', '2', '3'])
  expect(spool.isReplayable).toBe(false)
})

test('two readers that wait for the same chunk both get it', async () => {
  const gate = Promise.withResolvers<void>()
  const spool = new Spool(
    (async function* () {
      await gate.promise
      yield half
    })(),
  )
  const waiting = [spool.open().next(), spool.open().next()]
  gate.resolve()
  expect(await Promise.all(waiting)).toEqual([
    { value: half, done: false },
    { value: half, done: false },
  ])
})

test('a reader of what was let go meets an error, not an end', async () => {
  const spool = new Spool(numbered(2))
  const reader = spool.open()
  await reader.next()
  spool.dispose()
  await expect(reader.next()).rejects.toThrow('let go')
})
