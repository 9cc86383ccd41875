import type { Bench } from './bench.ts'

/** A store that locks holds its lock for most of a write, but not for all of it. */
const wantedCuts = 6

/** Bounds the time, where writes are too short to be cut often. */
const mostVictims = 12

/**
 * Kills processes that add one to the number at `key`, so many at once, until it has certainly come in the
 * middle of enough writes. After each round `look` learns the least and the most that was added.
 */
export async function killWriters(
  bench: Bench,
  key: string,
  atOnce: number,
  look: (least: number, most: number) => Promise<void>,
): Promise<void> {
  let cuts = 0
  for (let round = 1; round <= mostVictims / atOnce && cuts < wantedCuts; round++) {
    const writers = await bench.startProcesses(atOnce)
    // Not always after the same write: stores may do at intervals what they do not do each time.
    const ends = await Promise.all(writers.map((writer) => writer.dieAtWork(key, round)))
    const least = ends.reduce((sum, { written }) => sum + written, 0)
    const cut = ends.filter(({ isCut }) => isCut).length
    await look(least, least + cut)
    cuts += cut
  }
}
