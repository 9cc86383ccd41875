import type { Dispatcher } from 'undici'
import { dispatchThrough } from './dispatch-through.ts'
import type { Keeper } from '../login/keeper.ts'

/** Puts the session on every request to its origin that goes through the composed dispatcher. */
export function sessionInterceptor(keeper: Keeper): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) =>
    function dispatchWithSession(options, handler) {
      return dispatchThrough(keeper, dispatch, options, handler)
    }
}
