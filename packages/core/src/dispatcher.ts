import type { Agent, Dispatcher } from 'undici'
import { loadUndici, type Undici } from './undici.ts'

let own: Agent | undefined

/**
 * Where requests go when no dispatcher is named: undici's global one, at the time of the call. Except that Node puts an
 * agent of its bundled, older undici there as soon as a program touches the global `fetch`, `Response` or `FormData`:
 * that one never ends on a form of the newer undici's making (seen with Node 24.21), so it is passed over.
 */
export async function defaultDispatcher(): Promise<Dispatcher> {
  return defaultDispatcherOf(await loadUndici())
}

export function defaultDispatcherOf({ Agent, Dispatcher, getGlobalDispatcher }: Undici): Dispatcher {
  const global = getGlobalDispatcher()
  const isBundledDefault = !(global instanceof Dispatcher) && (global as object).constructor.name === 'Agent'
  return isBundledDefault ? (own ??= new Agent()) : global
}
