import type { Dispatcher } from 'undici'
import { SessionResetError } from '../errors.ts'
import type { Keeper } from '../login/keeper.ts'
import { spoolLimit } from './spool.ts'

export interface Unreplayable {
  readonly keeper: Keeper
  readonly options: Dispatcher.DispatchOptions
}

/** What a caller is told whose request met a reset and can't be sent again. */
export function unreplayable({ keeper, options }: Unreplayable): SessionResetError {
  const { subject } = keeper.authenticator
  const message = `The session was reset under ${options.method} ${pathOf(options)}, whose body is a stream past ${spoolLimit} bytes and can't be sent again`
  return new SessionResetError(message, { subject, reason: 'body-too-large' })
}

/** A request's path without its query. */
export function pathOf({ path }: Dispatcher.DispatchOptions): string {
  return path.split('?', 1)[0]!
}
