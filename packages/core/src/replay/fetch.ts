import {
  type BodyInit,
  type Dispatcher,
  fetch,
  Headers,
  Request,
  type RequestInfo,
  type RequestInit,
  type Response,
} from 'undici'
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
  const isTakenApart = input instanceof globalThis.Request || (input instanceof Request && init.body !== undefined)
  let [target, { body, ...rest }]: [RequestInfo, SessionRequestInit] = isTakenApart
    ? takeApart(input, init)
    : [input, init]
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
      // Goes on where the reset came: what led there was acted upon, and must not be sent twice.
      if (cause.url.origin !== originOf(target)) rest = { ...rest, headers: withoutCredentials(rest.headers) }
      target = cause.url
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

function originOf(target: RequestInfo): string {
  return new URL(target instanceof Request ? target.url : target).origin
}

/** As fetch itself does where a redirect leads to another origin. */
function withoutCredentials(given: RequestInit['headers']): Headers {
  const headers = new Headers(given)
  for (const name of ['authorization', 'proxy-authorization', 'cookie', 'host']) headers.delete(name)
  return headers
}

/** For a Request of Node's own making, which undici's fetch would take for a URL, and for one whose body is replaced. */
function takeApart(request: Request | globalThis.Request, init: SessionRequestInit): [string, SessionRequestInit] {
  const { method, body, redirect, signal, credentials, mode, referrer, referrerPolicy, integrity, keepalive } = request
  const headers: [string, string][] = [...request.headers]
  const own = { method, headers, redirect, signal, credentials, mode, referrer, referrerPolicy, integrity, keepalive }
  return [request.url, { ...own, ...(body === null ? {} : { body }), ...init }]
}
