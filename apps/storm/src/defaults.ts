/** What the storm does where its options are silent. Times in ms, unless they say otherwise. */
export const defaults = {
  processes: 8,
  loops: 25,
  seconds: 15,
  kills: 2,
  /** s, after the last fault. */
  settling: 10,
  /** A server that belongs to others gets less. */
  real: { processes: 2, loops: 1 },
} as const

/** Leaves a moment of calm at the start, and one at the end in which the store is not to be touched. */
export const lead = 700
export const calm = 1_500

/** About one per second, with room at the start and at the end. */
export function defaultResets(seconds: number): number {
  return Math.max(1, Math.floor(seconds) - 3)
}
