import type { Dispatcher } from 'undici'
import { dispatchThrough } from './dispatch-through.ts'
import type { Keeper } from '../login/keeper.ts'

/** Puts the session on every request to its origin that goes through the composed dispatcher. */
export function sessionInterceptor(keeper: Keeper): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => {
    const below = { dispatch }
    return (options, handler) => dispatchThrough(keeper, below, options, handler)
  }
}
