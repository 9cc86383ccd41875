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

type LoginTrace = LoginEvent & { error?: unknown }

/** Collects finished logins. */
export function loginEvents(): Disposable & { readonly events: LoginTrace[] } {
  const events: LoginTrace[] = []
  const handlers = { asyncEnd: (event: LoginTrace) => void events.push(event) }
  const channel = tracingChannel<unknown, LoginTrace>('latchkey:login')
  channel.subscribe(handlers as never)
  return { events, [Symbol.dispose]: () => void channel.unsubscribe(handlers as never) }
}
