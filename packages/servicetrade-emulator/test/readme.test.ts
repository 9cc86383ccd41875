import { readFileSync } from 'node:fs'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The first two cells of each row of the table under a heading. */
function table(heading: string): [string, string][] {
  const section = readme.split(/^## /m).find((part) => part.startsWith(heading))!
  return [...section.matchAll(/^\| `(\w+)`\s*\| *(.*?) *\|/gm)].map(([, name, cell]) => [name!, cell!])
}

test('the README lists the options', async () => {
  const error = await startEmulator({ unknown: 1 } as object).then(
    (api) => api.close(),
    (reason: unknown) => reason as Error,
  )
  const known = /Known are (.*), but got/.exec(error!.message)![1]!.split(', ')
  expect(table('Options').map(([name]) => name)).toEqual(known)
})

test('the README lists the faults and their defaults', async () => {
  await using api = await startEmulator()
  const defaults = Object.entries(api.faults).map(([name, value]) => [name, `\`${value}\``])
  expect(table('Faults')).toEqual(defaults)
})

test('the README lists the counters', async () => {
  await using api = await startEmulator()
  const names = Object.keys(api.counters)
  expect(
    table('Counters')
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(names.toSorted())
})
