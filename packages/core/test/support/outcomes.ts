/** What became of promises, for tests that let time pass before they look. */
export interface Watched<T> {
  readonly promise: Promise<T>
  value: T | undefined
  error: unknown
  state: 'pending' | 'resolved' | 'rejected'
}

export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched: Watched<T> = { promise, value: undefined, error: undefined, state: 'pending' }
  promise.then(
    (value) => Object.assign(watched, { value, state: 'resolved' }),
    (error: unknown) => Object.assign(watched, { error, state: 'rejected' }),
  )
  return watched
}

export function watchAll<T>(count: number, start: (index: number) => Promise<T>): Watched<T>[] {
  return Array.from({ length: count }, (_, index) => watch(start(index)))
}
