import type { BodyInit, Dispatcher, Headers, Request, RequestInfo, RequestInit, Response } from 'undici'
import { defaultDispatcherOf } from '../dispatcher.ts'
import { isFormData, toUndiciFormData } from './body.ts'
import { ConfigurationError, LatchkeyError } from '../errors.ts'
import { FetchDispatcher } from './fetch-dispatcher.ts'
import type { Keeper } from '../login/keeper.ts'
import { isStreaming, openSource, type Source } from './source.ts'
import { loadedUndici, loadUndici, type Undici } from '../undici.ts'
import { ReplayElsewhere } from './replay-elsewhere.ts'

/** A fetch body, or a function that returns a fresh one for each time the request is sent. */
export type SessionBodyInit = BodyInit | (() => BodyInit | Promise<BodyInit>)

export interface SessionRequestInit extends Omit<RequestInit, 'body' | 'dispatcher'> {
  body?: SessionBodyInit | null
}

/** Fetches with the session on all requests to its origin. */
export function fetchWithSession(
  keeper: Keeper,
  input: RequestInfo | globalThis.Request,
  init?: SessionRequestInit | null,
): Promise<Response> {
  const undici = loadedUndici()
  if (undici === undefined) return loadUndici().then((loaded) => fetchThrough(loaded, keeper, input, init ?? {}))
  // Most fetches are like that, and whatever is waited for here is memory that each of them takes.
  if (isBodiless(init) && (typeof input === 'string' || input instanceof URL)) {
    const dispatcher = dispatcherFor(undici, keeper, false)
    return undici.fetch(input, { ...(init as RequestInit), dispatcher }).catch(throwAsItIs)
  }
  return fetchThrough(undici, keeper, input, init ?? {})
}

async function fetchThrough(
  undici: Undici,
  keeper: Keeper,
  input: RequestInfo | globalThis.Request,
  init: SessionRequestInit,
): Promise<Response> {
  if (typeof init !== 'object') throw new ConfigurationError('init', "an object of fetch's options", init)
  const { fetch, Headers, Request } = undici
  const isRequest = input instanceof Request || input instanceof globalThis.Request
  let [target, given]: [string | URL, SessionRequestInit] = isRequest ? takeApart(input, init) : [input, init]
  const { body } = given
  const source = isFetchStream(body) ? openSource(body) : undefined
  const dispatcher = dispatcherFor(undici, keeper, source !== undefined)
  for (;;) {
    try {
      if (body == null) return await fetch(target, { ...given, body: null, dispatcher })
      const sent = source === undefined ? await open(body) : bytesOf(source)
      return await fetch(target, { ...given, body: sent, duplex: 'half', dispatcher })
    } catch (error) {
      source?.release()
      const cause = causeOf(error)
      if (!(cause instanceof ReplayElsewhere)) throwAsItIs(error)
      // Goes on where the reset came: what led there was acted upon, and must not be sent twice.
      if (cause.url.origin !== originOf(target))
        given = { ...given, headers: withoutCredentials(new Headers(given.headers)) }
      target = cause.url
    }
  }
}

function isBodiless(init: SessionRequestInit | null | undefined): boolean {
  return init == null || (typeof init === 'object' && init.body == null)
}

function dispatcherFor(undici: Undici, keeper: Keeper, isStream: boolean): Dispatcher {
  const inner = keeper.authenticating.dispatcher ?? defaultDispatcherOf(undici)
  return new FetchDispatcher(keeper, inner, isStream) as unknown as Dispatcher
}

/** fetch wraps what comes from below, and callers should meet our errors as they are. */
function throwAsItIs(error: unknown): never {
  const cause = causeOf(error)
  throw cause instanceof LatchkeyError ? cause : error
}

/** A caller may abort with anything, null included. */
function causeOf(error: unknown): unknown {
  return (error as Error | null | undefined)?.cause
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
