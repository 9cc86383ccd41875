import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import type { LatchkeyChannels } from '@latchkey/core'

/** All that a log could make of a value. */
export function exposures(value: unknown): string[] {
  const seen = [inspect(value, { depth: 12, showHidden: true, getters: true }), String(value)]
  seen.push(
    JSON.stringify(value, (_key, one) => (one instanceof Error ? { ...one, ...describeError(one) } : one)) ?? '',
  )
  return seen
}

const describeError = ({ name, message, stack, cause }: Error) => ({ name, message, stack, cause })

const channels: (keyof LatchkeyChannels | `tracing:latchkey:login:${string}`)[] = [
  'latchkey:adopt',
  'latchkey:reset',
  'latchkey:replay',
  'latchkey:hold',
  'latchkey:logout',
  'latchkey:store',
  'tracing:latchkey:login:start',
  'tracing:latchkey:login:asyncEnd',
  'tracing:latchkey:login:error',
]

export async function recordEvents(work: () => Promise<void>): Promise<unknown[]> {
  const events: unknown[] = []
  const listener = (event: unknown, name: string | symbol): void => {
    events.push({ name, event, text: exposures(event) })
  }
  for (const name of channels) channel(name).subscribe(listener)
  try {
    await work()
  } finally {
    for (const name of channels) channel(name).unsubscribe(listener)
  }
  return events
}
