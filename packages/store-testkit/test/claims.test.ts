import { ConfigurationError } from '@latchkey/core'
import { testTokenStore, type TokenStoreTestOptions } from '@latchkey/store-testkit'
import { describe, expect, it } from 'vitest'
import { SoundStore } from './samples/memory-store.ts'

const groups: string[] = []

const sound = {
  describe: (name: string, body: () => void) => {
    groups.push(name)
    body()
  },
  it: () => undefined,
  name: 'SoundStore',
  place: () => 'here',
  open: (place: string) => new SoundStore(place),
  shares: 'process',
  durable: false,
  watches: true,
  makeUnavailable: 'never',
} as const satisfies TokenStoreTestOptions

function errorOf(change: object): ConfigurationError {
  try {
    testTokenStore({ ...sound, ...change })
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  return expect.fail('it takes the options')
}

describe('claims', () => {
  it.each(['describe', 'it', 'name', 'place', 'open', 'shares', 'durable', 'watches', 'makeUnavailable'])(
    'have no default: %s is required',
    (name) => {
      expect(errorOf({ [name]: undefined }).option).toBe(name)
    },
  )

  it('of a store that processes share need the module that they open it with', () => {
    expect(errorOf({ shares: 'processes' }).option).toBe('processes')
    expect(errorOf({ shares: 'processes', processes: { module: './store.ts' } }).option).toBe('processes')
  })

  it('that a store outlives processes which do not share it are refused', () => {
    expect(errorOf({ durable: true }).option).toBe('durable')
  })

  it('that are unknown are refused', () => {
    expect(errorOf({ skip: ['watching'] }).message).toContain('skip')
  })

  it('stand in the name of the outermost group', () => {
    groups.length = 0
    testTokenStore(sound)
    expect(groups[0]).toBe(
      'SoundStore as a token store that shares with its process, does not outlive processes, watches, is always available',
    )
  })
})
