import { setImmediate as turn } from 'node:timers/promises'
import { Grant } from '@latchkey/core'
import { expect, test } from 'vitest'
import { Announcer } from '../../src/drop-in/announcer.ts'

const grant = (id: string) =>
  new Grant({ id, token: id, generation: 1, issuedAt: 0, worked: false, expiresAt: undefined })

test('a grant is new once, and an older one that is seen late is not new again', () => {
  const announcer = new Announcer()
  expect(['a', 'a', 'b', 'a', 'b'].map((id) => announcer.isNew(grant(id)))).toEqual([true, false, true, false, false])
})

test('callbacks are told one after the other, outside of what told them', async () => {
  const announcer = new Announcer()
  const first = Promise.withResolvers<void>()
  const said: string[] = []
  const call = announcer.around(async () => {
    announcer.tell(async () => {
      said.push('first begins')
      await first.promise
      said.push('first ends')
    })
    announcer.tell(() => said.push('second'))
    said.push('told')
    return 'result'
  })
  await turn()
  expect(said).toEqual(['told', 'first begins'])
  first.resolve()
  expect(await call).toBe('result')
  expect(said).toEqual(['told', 'first begins', 'first ends', 'second'])
})

test('a callback’s error rejects all calls during which it was told, and no later one', async () => {
  const announcer = new Announcer()
  const failure = new Error('it failed')
  const gate = Promise.withResolvers<void>()
  const calls = [1, 2].map(() => announcer.around(() => gate.promise))
  announcer.tell(() => {
    throw failure
  })
  const later = announcer.around(() => gate.promise)
  gate.resolve()
  await expect(Promise.allSettled([...calls, later])).resolves.toMatchObject([
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
    { status: 'fulfilled' },
  ])
})

test('what the work throws wins over a callback’s error, and waits for the callback', async () => {
  const announcer = new Announcer()
  const failure = new Error('the work failed')
  let isOver = false
  const call = announcer.around(async () => {
    announcer.tell(async () => {
      await turn()
      isOver = true
      throw new Error('the callback failed')
    })
    throw failure
  })
  await expect(call).rejects.toBe(failure)
  expect(isOver).toBe(true)
})

test('an error that nobody waits for ends nothing', async () => {
  const announcer = new Announcer()
  announcer.tell(() => Promise.reject(new Error('nobody cares')))
  await turn()
  expect(await announcer.around(() => Promise.resolve(1))).toBe(1)
})

test('a callback that makes a call in which another event is told does not wait for itself', async () => {
  const announcer = new Announcer()
  const said: string[] = []
  await announcer.around(async () => {
    announcer.tell(() =>
      announcer.around(async () => {
        announcer.tell(() => said.push('inner'))
        said.push('outer')
      }),
    )
  })
  await announcer.around(turn)
  expect(said).toEqual(['outer', 'inner'])
})
