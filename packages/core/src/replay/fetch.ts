import type { BodyInit, Dispatcher, Headers, Request, RequestInfo, RequestInit, Response } from 'undici'
import { defaultDispatcherOf } from '../dispatcher.ts'
import { dispatchThrough } from './dispatch-through.ts'
import { isFormData, toUndiciFormData } from './body.ts'
import { LatchkeyError } from '../errors.ts'
import type { Keeper } from '../login/keeper.ts'
import { isStreaming, openSource, type Source } from './source.ts'
import { loadedUndici, loadUndici } from '../undici.ts'
import { type ReplayCount, ReplayElsewhere } from './replay-elsewhere.ts'

/** A fetch body, or a function that returns a fresh one for each time the request is sent. */
export type SessionBodyInit = BodyInit | (() => BodyInit | Promise<BodyInit>)

export interface SessionRequestInit extends Omit<RequestInit, 'body' | 'dispatcher'> {
  body?: SessionBodyInit | null
}

/** Fetches with the session on all requests to its origin. */
export async function fetchWithSession(
  keeper: Keeper,
  input: RequestInfo | globalThis.Request,
  init: SessionRequestInit = {},
): Promise<Response> {
  const undici = loadedUndici() ?? (await loadUndici())
  const { fetch, Headers, Request } = undici
  const inner = keeper.authenticating.dispatcher ?? defaultDispatcherOf(undici)
  const isRequest = input instanceof Request || input instanceof globalThis.Request
  let [target, given]: [string | URL, SessionRequestInit] = isRequest ? takeApart(input, init) : [input, init]
  const { body } = given
  const source = isFetchStream(body) ? openSource(body) : undefined
  const count: ReplayCount = { replays: 0 }
  const through = dispatcherThrough(keeper, inner, source === undefined ? count : undefined)
  for (;;) {
    try {
      if (body == null) return await fetch(target, { ...given, body: null, dispatcher: through })
      const sent = source === undefined ? await open(body) : bytesOf(source)
      return await fetch(target, { ...given, body: sent, duplex: 'half', dispatcher: through })
    } catch (error) {
      source?.release()
      // fetch wraps what comes from below, and callers should meet our errors as they are.
      const cause = (error as Error).cause
      if (cause instanceof LatchkeyError) throw cause
      if (!(cause instanceof ReplayElsewhere)) throw error
      // Goes on where the reset came: what led there was acted upon, and must not be sent twice.
      if (cause.url.origin !== originOf(target))
        given = { ...given, headers: withoutCredentials(new Headers(given.headers)) }
      target = cause.url
    }
  }
}

function isFetchStream(body: SessionRequestInit['body']): body is AsyncIterable<Uint8Array> & BodyInit {
  return isStreaming(body) && !isFormData(body) && Symbol.asyncIterator in (body as object)
}

/** fetch makes nothing of a chunk of text, and does not let go of a source where it fails. */
async function* bytesOf(source: Source): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { value, done } = await source.next()
    if (done === true) return
    yield typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array)
  }
}

async function open(body: SessionBodyInit): Promise<BodyInit> {
  const opened = typeof body === 'function' ? await body() : body
  return isFormData(opened) ? toUndiciFormData(opened) : opened
}

/** All that fetch asks of a dispatcher. Made for each fetch, which costs less than one kept for each session. */
function dispatcherThrough(keeper: Keeper, inner: Dispatcher, elsewhere: ReplayCount | undefined): Dispatcher {
  const dispatch: Dispatcher.Dispatch = (options, handler) => inner.dispatch(options, handler)
  const through = {
    // undici's mock agents are given bodies in another form.
    isMockActive: (inner as { isMockActive?: unknown }).isMockActive,
    dispatch: ((options, handler) =>
      dispatchThrough(keeper, dispatch, options, handler, elsewhere)) satisfies Dispatcher.Dispatch,
  }
  return through as unknown as Dispatcher
}

function originOf(target: string | URL): string {
  return new URL(target).origin
}

/** As fetch itself does where a redirect leads to another origin. */
function withoutCredentials(headers: Headers): Headers {
  for (const name of ['authorization', 'proxy-authorization', 'cookie', 'host']) headers.delete(name)
  return headers
}

/** undici's fetch would take a Request of Node's own making for a URL. */
function takeApart(request: Request | globalThis.Request, init: SessionRequestInit): [string, SessionRequestInit] {
  const { method, body, redirect, signal, credentials, mode, referrer, referrerPolicy, integrity, keepalive } = request
  const headers: [string, string][] = [...request.headers]
  const own = { method, headers, redirect, signal, credentials, mode, referrer, referrerPolicy, integrity, keepalive }
  // As fetch has it: what is undefined was not given, and a body of null gives way to the request's own.
  const given = Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
  return [request.url, { ...own, ...given, body: init.body ?? body }]
}
