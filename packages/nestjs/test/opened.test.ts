import { expect, test } from 'vitest'
import { Opened } from '../src/opened.ts'

/** Three that are kept, of which some fail to close, and the order in which they were closed. */
function openedWith(failures: Record<string, () => Promise<void>>) {
  const opened = new Opened()
  const closed: string[] = []
  for (const name of ['first', 'second', 'third']) {
    opened.keep({
      close: () => {
        closed.push(name)
        return failures[name]?.() ?? Promise.resolve()
      },
    })
  }
  return { opened, closed }
}

const failure = new Error('the second cannot be closed')
const throwing = (): never => {
  throw failure
}

test.each([
  ['throws', throwing],
  ['rejects', async () => throwing()],
])('a close that %s leaves no other one open, and is told', async (_how, second) => {
  const { opened, closed } = openedWith({ second })
  await expect(opened.onApplicationShutdown()).rejects.toBe(failure)
  expect(closed).toEqual(['third', 'second', 'first'])
})

test('several that fail to close are told together, in the order in which they were closed', async () => {
  const other = new Error('nor can the third')
  const { opened, closed } = openedWith({ second: throwing, third: () => Promise.reject(other) })
  await expect(opened.onApplicationShutdown()).rejects.toMatchObject({
    name: 'AggregateError',
    errors: [other, failure],
  })
  expect(closed).toEqual(['third', 'second', 'first'])
})
