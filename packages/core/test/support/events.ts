import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import type { LatchkeyChannels, LoginEvent } from '@latchkey/core'

/** Collects what is published on a channel, until disposed of. */
export function eventsOn<N extends keyof LatchkeyChannels>(
  name: N,
): Disposable & { readonly events: LatchkeyChannels[N][] } {
  const events: LatchkeyChannels[N][] = []
  const collect = (event: unknown): void => void events.push(event as LatchkeyChannels[N])
  subscribe(name, collect)
  return { events, [Symbol.dispose]: () => void unsubscribe(name, collect) }
}

/** Collects finished logins. */
export function loginEvents(): Disposable & { readonly events: LoginEvent[] } {
  const events: LoginEvent[] = []
  const handlers = { asyncEnd: (event: LoginEvent) => void events.push(event) }
  const channel = tracingChannel<unknown, LoginEvent>('latchkey:login')
  channel.subscribe(handlers as never)
  return { events, [Symbol.dispose]: () => void channel.unsubscribe(handlers as never) }
}
