import { type BodyInit, type Dispatcher, fetch, type RequestInfo, type RequestInit, type Response } from 'undici'
import { isFormData, toUndiciFormData } from './body.ts'
import { LatchkeyError } from '../errors.ts'
import { markReplayedElsewhere, type ReplayCount, ReplayElsewhere } from './replay-elsewhere.ts'

/** A fetch body, or a function that returns a fresh one for each time the request is sent. */
export type SessionBodyInit = BodyInit | (() => BodyInit | Promise<BodyInit>)

export interface SessionRequestInit extends Omit<RequestInit, 'body' | 'dispatcher'> {
  body?: SessionBodyInit | null
}

/** Fetches through a dispatcher that has the session's interceptor on it. */
export async function fetchWithSession(
  dispatcher: Dispatcher,
  input: RequestInfo | globalThis.Request,
  init: SessionRequestInit = {},
): Promise<Response> {
  const [target, { body, ...rest }] = input instanceof globalThis.Request ? fromBuiltIn(input, init) : [input, init]
  const isStream =
    typeof body === 'object' &&
    body !== null &&
    !isFormData(body) &&
    !(body instanceof URLSearchParams) &&
    Symbol.asyncIterator in body
  const count: ReplayCount = { replays: 0 }
  const through = isStream || body === undefined ? dispatcher : marking(dispatcher, count)
  for (;;) {
    try {
      return await fetch(target, {
        ...rest,
        ...(body == null ? {} : { body: await open(body), duplex: 'half' }),
        dispatcher: through,
      })
    } catch (error) {
      // fetch wraps what comes from below, and callers should meet our errors as they are.
      const cause = (error as Error).cause
      if (cause instanceof LatchkeyError) throw cause
      if (!(cause instanceof ReplayElsewhere)) throw error
    }
  }
}

async function open(body: SessionBodyInit): Promise<BodyInit> {
  const opened = typeof body === 'function' ? await body() : body
  return isFormData(opened) ? toUndiciFormData(opened) : opened
}

function marking(dispatcher: Dispatcher, count: ReplayCount): Dispatcher {
  return new Proxy(dispatcher, {
    get: (target, name) =>
      name === 'dispatch'
        ? (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) =>
            target.dispatch(markReplayedElsewhere(options, count), handler)
        : Reflect.get(target, name),
  })
}

/** A Request of Node's own making, which undici's fetch would take for a URL. */
function fromBuiltIn(request: globalThis.Request, init: SessionRequestInit): [string, SessionRequestInit] {
  const { method, headers, body, redirect, signal, credentials, mode, referrer, referrerPolicy, integrity, keepalive } =
    request
  return [
    request.url,
    {
      method,
      headers: [...headers],
      redirect,
      signal,
      credentials,
      mode,
      referrer,
      referrerPolicy,
      integrity,
      keepalive,
      ...(body === null ? {} : { body }),
      ...init,
    } as SessionRequestInit,
  ]
}
