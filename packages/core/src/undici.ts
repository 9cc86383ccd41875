import type * as undici from 'undici'

export type Undici = typeof undici

let loaded: Undici | undefined

/**
 * undici, loaded when something is first sent: it is the larger part of what a program would wait for at its start.
 * Kept here, since `import` takes its time even for what is loaded.
 */
export async function loadUndici(): Promise<Undici> {
  return (loaded ??= await import('undici'))
}

/** undici if it is loaded: for what runs for every request, where each `await` counts. */
export function loadedUndici(): Undici | undefined {
  return loaded
}
