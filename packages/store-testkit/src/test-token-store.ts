import { Bench } from './bench.ts'
import { basics } from './groups/basics.ts'
import { compareAndSet } from './groups/compare-and-set.ts'
import { concurrency } from './groups/concurrency.ts'
import { durability } from './groups/durability.ts'
import type { Group } from './groups/group.ts'
import { processes } from './groups/processes.ts'
import { secrets } from './groups/secrets.ts'
import { sharing } from './groups/sharing.ts'
import { unavailability } from './groups/unavailability.ts'
import { watching } from './groups/watching.ts'
import { type Claims, readClaims, type TokenStoreTestOptions } from './options.ts'
import { withinLimit } from './time-limit.ts'

const groups: readonly Group[] = [
  basics,
  compareAndSet,
  concurrency,
  sharing,
  processes,
  durability,
  watching,
  unavailability,
  secrets,
]

/**
 * Declares the token store contract as tests of the given runner. What the store claims decides which cases
 * it must pass, and stands in the name of the outermost group; no claim has a default.
 *
 * @throws {ConfigurationError} if a claim is missing, or two do not go together
 */
export function testTokenStore(options: TokenStoreTestOptions): void {
  const { runner, claims } = readClaims(options)
  runner.describe(`${claims.name} as a token store that ${describeClaims(claims)}`, () => {
    for (const { name, casesFor } of groups) {
      const cases = Object.entries(casesFor(claims))
      if (cases.length === 0) continue
      runner.describe(name, () => {
        for (const [behaviour, run] of cases) {
          runner.it(behaviour, async () => {
            const bench = await Bench.setUp(claims)
            try {
              await withinLimit(claims.timeLimit, () => run(bench))
            } finally {
              await withinLimit(claims.timeLimit, () => bench.tearDown())
            }
          })
        }
      })
    }
  })
}

function describeClaims({ shares, durable, watches, makeUnavailable }: Claims): string {
  return [
    `shares with ${{ instance: 'the holders of its instance', process: 'its process', processes: 'other processes' }[shares]}`,
    durable ? 'outlives processes' : 'does not outlive processes',
    watches ? 'watches' : 'does not watch',
    makeUnavailable ? 'can be unavailable' : 'is always available',
  ].join(', ')
}
