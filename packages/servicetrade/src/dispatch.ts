import { defaultDispatcher, type Session } from '@latchkey/core'
import type { Dispatcher } from 'undici'

export interface Route {
  /** Default: core's {@link defaultDispatcher}. */
  readonly dispatcher?: Dispatcher | undefined
  /** Puts its grant on requests, and replays them after a reset. */
  readonly session?: Session | undefined
}

/** How a request is dispatched. Made for each, which costs less than to keep a composed dispatcher for each session. */
export async function dispatchOf({ dispatcher, session }: Route): Promise<Dispatcher.Dispatch> {
  const inner = dispatcher ?? (await defaultDispatcher())
  const plain: Dispatcher.Dispatch = (options, handler) => inner.dispatch(options, handler)
  return session === undefined ? plain : session.interceptor()(plain)
}
