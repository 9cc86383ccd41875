import { afterAll, onTestFinished } from 'vitest'

/** Takes what ends something. */
export type Lifetime = (end: () => unknown) => void

export const untilTestFinished: Lifetime = (end) =>
  onTestFinished(async () => {
    await end()
  })

/** For what all tests of a file use. */
export function untilFileFinished(): Lifetime {
  const ends: (() => unknown)[] = []
  afterAll(async () => {
    for (const end of ends.toReversed()) await end()
  })
  return (end) => ends.push(end)
}
