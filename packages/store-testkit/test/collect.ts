import { testTokenStore, type TokenStoreTestOptions } from '@latchkey/store-testkit'

// Not the intersection's own Omit, which would forget that some claims depend on each other.
type WithoutRunner<T> = T extends unknown ? Omit<T, 'describe' | 'it'> : never

/** The cases that a store has to pass, by the names of their group and behaviour. */
export function collect(options: WithoutRunner<TokenStoreTestOptions>): Map<string, () => Promise<void>> {
  const cases = new Map<string, () => Promise<void>>()
  const path: string[] = []
  testTokenStore({
    ...options,
    describe: (name, body) => {
      path.push(name)
      body()
      path.pop()
    },
    it: (name, body) => cases.set([...path.slice(1), name].join(' > '), body),
  })
  return cases
}
