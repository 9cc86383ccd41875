/** What the storm does where its options are silent. Times in ms, unless they say otherwise. */
export const defaults = {
  processes: 8,
  loops: 25,
  seconds: 15,
  kills: 2,
  /**
   * Between two requests of a loop, ms. With the rest it comes to some 900 requests per second: clients and
   * server share this machine's processors, a request costs them about 1 ms, and on two of them many more
   * would measure how long they queue.
   */
  pause: 200,
  /** s, after the last fault. */
  settling: 10,
  /** A server that belongs to others gets less. */
  real: { processes: 2, loops: 1, pause: 1_000 },
} as const

/** Leaves a moment of calm at the start, and one at the end in which the store is not to be touched. */
export const lead = 700
export const calm = 1_500

/** About one per second, with room at the start and at the end. */
export function defaultResets(seconds: number): number {
  return Math.max(1, Math.floor(seconds) - 3)
}
