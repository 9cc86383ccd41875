import type * as undici from 'undici'

let loaded: typeof undici | undefined

/**
 * undici, loaded when something is first sent: it is the larger part of what a program would wait for at its start.
 * Kept here, since `import` takes its time even for what is loaded.
 */
export function loadUndici(): typeof undici | Promise<typeof undici> {
  return loaded ?? load()
}

async function load(): Promise<typeof undici> {
  return (loaded = await import('undici'))
}
