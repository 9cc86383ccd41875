import { takeOption } from '@latchkey/core'
import type { Request } from 'express'
import { clientKind, type LatchkeyOptions, readLatchkeyOptions } from './latchkey-options.ts'
import type { Middleware } from './middleware.ts'
import { putView } from './put-view.ts'

const resolved = 'what resolve returns'

/**
 * Puts a view of a client on each request, all of whose calls end when the caller of that request goes away. It is
 * made when first looked at: a request that does not use it costs next to nothing. What another one put under the same
 * name is replaced for the rest of the request, by one in an inner router, too.
 *
 * @throws {ConfigurationError} for an unknown option or a bad value, and unless there is one of `client` and
 *   `resolve`. Goes to `next` if the name is in use on `req`, or if `resolve` yields no client.
 */
export function latchkey<const Name extends string = 'latchkey'>(options: LatchkeyOptions<Name>): Middleware {
  const { resolve, as } = readLatchkeyOptions(options)
  return (req, res, next) => {
    const put = (found: unknown): void => putView(req, res, as, takeOption(resolved, found, clientKind))
    const fail = (error: unknown): void => next(isObject(error) ? error : noError(error))
    const putLater = async (found: PromiseLike<unknown>): Promise<void> => {
      try {
        put(await found)
      } catch (error) {
        fail(error)
        return
      }
      next()
    }
    let found: ReturnType<typeof resolve>
    try {
      found = resolve(req as Request)
      if (!isPromise(found)) put(found)
    } catch (error) {
      fail(error)
      return
    }
    if (isPromise(found)) void putLater(found)
    else next()
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && 'then' in value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Express goes on as if nothing had failed where it is given nothing, 'route' or 'router' for an error. */
function noError(thrown: unknown): Error {
  return new Error('resolve failed, and threw no error', { cause: thrown })
}
