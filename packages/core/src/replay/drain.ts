import { type Clock, pause } from '../time/clock.ts'

/** How much of a reset's own body is read, bytes, and for how long, ms, before its connection is given up. */
export const drainLimit = 64 * 1024
export const drainTime = 1_000

/** Frees the connection of a response that nobody reads: fetch's and undici's. */
export async function drain(response: unknown, clock: Clock): Promise<void> {
  const body = (response as { body?: unknown } | null | undefined)?.body
  if (body instanceof ReadableStream) {
    if (!body.locked) await body.cancel().catch(() => {})
  } else if (isDumpable(body)) {
    const controller = new AbortController()
    const dumped = body.dump({ limit: drainLimit, signal: controller.signal }).catch(() => {})
    await Promise.race([dumped, pause(clock, drainTime)])
    controller.abort()
  }
}

function isDumpable(body: unknown): body is { dump(options: { limit: number; signal: AbortSignal }): Promise<void> } {
  return typeof (body as { dump?: unknown } | null | undefined)?.dump === 'function'
}
