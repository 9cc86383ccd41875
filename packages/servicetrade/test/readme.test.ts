import { readFileSync } from 'node:fs'
import { sessionDefaults } from '@latchkey/core'
import { interruptTimes, serviceTradeDefaults, webhookInboxDefaults } from '@latchkey/servicetrade'
import { expect, test } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const literal = (value: string | number) =>
  typeof value === 'number' ? String(value).replace(/\B(?=(\d{3})+$)/g, '_') : `'${value}'`

test.each(Object.entries({ ...serviceTradeDefaults, ...webhookInboxDefaults }))(
  'the README gives the default of %s as it is',
  (name, value) => {
    const row = readme.split('\n').find((line) => line.split('|')[1]?.trim() === `\`${name}\``)
    expect(row?.split('|')[2]?.trim()).toBe(`\`${literal(value)}\``)
  },
)

test.each(Object.entries(interruptTimes))('the README gives %s as it is', (_name, value) => {
  expect(readme).toContain(`\`${literal(value)}\` ms`)
})

test.each(Object.keys(sessionDefaults))('the README names %s, which a session takes', (name) => {
  expect(readme).toContain(`\`${name}\``)
})
