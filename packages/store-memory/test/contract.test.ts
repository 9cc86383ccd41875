import { MemoryTokenStore } from '@latchkey/store-memory'
import { testTokenStore } from '@latchkey/store-testkit'
import { describe, it } from 'vitest'

testTokenStore({
  describe,
  it,
  name: 'MemoryTokenStore',
  place: () => 'this process',
  open: () => new MemoryTokenStore(),
  shares: 'instance',
  durable: false,
  watches: true,
  makeUnavailable: 'never',
})
