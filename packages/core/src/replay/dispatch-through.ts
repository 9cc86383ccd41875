import type { Dispatcher } from 'undici'
import { type Body, noBody, toBody } from './body.ts'
import { ConfigurationError } from '../errors.ts'
import { declaredLength, type OwnHeaders, readHeaders } from './headers.ts'
import type { Keeper } from '../login/keeper.ts'
import type { ReplayCount } from './replay-elsewhere.ts'
import { ReplayHandler } from './replay-handler.ts'

/** Where requests go from here. */
export interface Below {
  dispatch: Dispatcher.Dispatch
}

/**
 * Dispatches a request with the session on it if it goes to the session's origin, and as it is otherwise.
 *
 * @param elsewhere where the caller replays a request with a body: see {@link ReplayElsewhere}
 */
export function dispatchThrough(
  keeper: Keeper,
  below: Below,
  options: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
  elsewhere?: ReplayCount,
): boolean {
  if (keeper.authenticating.isCaller || !isOwn(options.origin, keeper.authenticator.origin))
    return below.dispatch(options, handler)
  if (typeof handler.onRequestStart !== 'function') throw protocolError(handler)
  if (asksForSocket(options) && typeof handler.onRequestUpgrade !== 'function') throw upgradeError(handler)
  const headers = readHeaders(options.headers)
  return new ReplayHandler({
    keeper,
    below,
    options,
    headers,
    handler,
    body: bodyOf(options, headers, elsewhere !== undefined),
    elsewhere,
  }).start()
}

function bodyOf({ body }: Dispatcher.DispatchOptions, headers: OwnHeaders, isReplayedElsewhere: boolean): Body {
  if (body == null) return noBody
  return isReplayedElsewhere ? readOnce(body) : toBody(body, declaredLength(headers))
}

function isOwn(origin: string | URL | undefined, own: string): boolean {
  if (origin === own) return true
  if (origin === undefined)
    throw new ConfigurationError('origin', `the request's origin: a session must know where its token goes`, origin)
  return (typeof origin === 'string' ? new URL(origin) : origin).origin === own
}

/** As the fetch that is built into Node brings it. Its callbacks would never be called, and the caller wait for ever. */
function protocolError(handler: Dispatcher.DispatchHandler): ConfigurationError {
  const takes = "requests of undici 8, such as session.fetch makes; Node's built-in fetch speaks an older protocol"
  return new ConfigurationError('dispatcher', takes, handler)
}

function asksForSocket({ upgrade, method }: Dispatcher.DispatchOptions): boolean {
  return method === 'CONNECT' || Boolean(upgrade)
}

/** undici would refuse it, but gets to see a handler of ours, and nobody would learn of the socket. */
function upgradeError(handler: Dispatcher.DispatchHandler): ConfigurationError {
  return new ConfigurationError(
    'handler',
    "an onRequestUpgrade for the socket, as undici's upgrade and connect do",
    handler,
  )
}

function readOnce(body: Dispatcher.DispatchOptions['body']): Body {
  return { isFragile: false, isReplayable: false, open: () => body, dispose: () => {} }
}
