import type { IncomingMessage, ServerResponse } from 'node:http'
import { callerSignal, ConfigurationError } from '@latchkey/core'
import type { RequestClient } from './latchkey-options.ts'

/** Marks our getters, those of a duplicate install included. */
const brand = Symbol.for('latchkey.request-client')

/**
 * Puts the client's view for this request on it, to be made when first looked at.
 *
 * @throws {ConfigurationError} if the name is in use, unless by another view
 */
export function putView(req: IncomingMessage, res: ServerResponse, as: string, client: RequestClient): void {
  if (as in req && !isView(req, as)) {
    throw new ConfigurationError('as', `a name that is free on req, and req.${as} is in use by something else`, as)
  }
  let view: object | undefined
  const get = (): object => (view ??= client.withSignal(callerSignal(res)))
  // Not enumerable: to copy or print a request does not make the view.
  Object.defineProperty(req, as, { get: Object.assign(get, { [brand]: true }), configurable: true })
}

function isView(req: IncomingMessage, name: string): boolean {
  const getter = Object.getOwnPropertyDescriptor(req, name)?.get
  return getter !== undefined && brand in getter
}
