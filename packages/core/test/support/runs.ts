/** How many runs a property gets: `vitest --mode long` multiplies them. */
export function runs(count: number): number {
  return process.env['MODE'] === 'long' ? count * 20 : count
}
