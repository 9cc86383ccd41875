import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { tsc } from './support/tsc.ts'

const major = process.env['NEST_MAJOR'] ?? '12'

test(`what users write compiles with the types of Nest ${major}`, async () => {
  const withTheOther = major === '11' ? [] : ['--paths', 'null']
  const output = await tsc(join(import.meta.dirname, 'nest-11'), '--listFiles', ...withTheOther)
  expect(output.split('\n').filter((line) => line.includes('error TS'))).toEqual([])
  expect(output).toContain(fileURLToPath(import.meta.resolve('./usage.ts')))
  const versions = [...output.matchAll(/@nestjs\+(?:common|core|terminus|testing)@(\d+)/g)].map((match) => match[1])
  expect(new Set(versions)).toEqual(new Set([major]))
})
