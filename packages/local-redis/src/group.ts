import type { RedisServer } from './server.ts'

/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

export const addressOf = ({ port }: RedisServer): Address => ({ host: '127.0.0.1', port })

/** Stops all of them. Rejects only after each has been tried. */
export async function stopAll(servers: readonly RedisServer[]): Promise<void> {
  const outcomes = await Promise.allSettled(servers.map((server) => server.stop()))
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}

/** Starts so many servers at once: all of them, or none. */
export async function startAll(starts: readonly (() => Promise<RedisServer>)[]): Promise<RedisServer[]> {
  const outcomes = await Promise.allSettled(starts.map((start) => start()))
  const servers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure === undefined) return servers
  await stopAll(servers)
  throw failure.reason
}

/** Goes on with servers that were started; stops them if that fails. */
export async function orStop<T>(servers: readonly RedisServer[], goOn: () => Promise<T>): Promise<T> {
  try {
    return await goOn()
  } catch (error) {
    await stopAll(servers)
    throw error
  }
}
