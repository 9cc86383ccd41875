import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { testTokenStore } from '@latchkey/store-testkit'
import { SoundStore, worldAt } from './memory-store.ts'

/** A sound store, and with `STORE=broken` one that compares nothing. */
class Store extends SoundStore {
  protected override matches(...compared: Parameters<SoundStore['matches']>): boolean {
    return process.env['STORE'] === 'broken' || super.matches(...compared)
  }
}

testTokenStore({
  describe,
  it,
  name: 'SoundStore',
  place: () => randomUUID(),
  open: (place) => new Store(place),
  shares: 'process',
  durable: false,
  watches: true,
  makeUnavailable: (place) => {
    worldAt(place).down = true
    return () => (worldAt(place).down = false)
  },
})
