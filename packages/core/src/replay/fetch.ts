import type { BodyInit, Dispatcher, Headers, Request, RequestInfo, RequestInit, Response } from 'undici'
import { defaultDispatcherOf } from '../dispatcher.ts'
import { isFormData, toUndiciFormData } from './body.ts'
import { classNameOf } from './class-name.ts'
import { LatchkeyError } from '../errors.ts'
import { FetchDispatcher } from './fetch-dispatcher.ts'
import { isBodiless, readInit, type SessionBodyInit, type SessionRequestInit } from './fetch-init.ts'
import type { Keeper } from '../login/keeper.ts'
import { isStreaming, openSource, type Source } from './source.ts'
import { loadedUndici, loadUndici, type Undici } from '../undici.ts'
import { ReplayElsewhere } from './replay-elsewhere.ts'

/** Fetches with the session on all requests to its origin. */
export function fetchWithSession(
  keeper: Keeper,
  input: RequestInfo | globalThis.Request,
  init?: SessionRequestInit | null,
): Promise<Response> {
  const undici = loadedUndici()
  // Most fetches are like that, and whatever is waited for here is memory that each of them takes.
  if (undici !== undefined && isBodiless(init) && (typeof input === 'string' || input instanceof URL)) {
    try {
      const dispatcher = dispatcherFor(undici, keeper, false)
      return undici.fetch(input, { ...(init as RequestInit), dispatcher }).catch(throwAsItIs)
    } catch (error) {
      return Promise.reject(error)
    }
  }
  return fetchThrough(undici ?? loadUndici(), keeper, input, init)
}

async function fetchThrough(
  loading: Undici | Promise<Undici>,
  keeper: Keeper,
  input: RequestInfo | globalThis.Request,
  init: SessionRequestInit | null | undefined,
): Promise<Response> {
  // As they are now: the caller may change them for the next request while this one waits.
  const [asked, read] = [input instanceof URL ? input.href : input, readInit(init)]
  const undici = loading instanceof Promise ? await loading : loading
  const { fetch, Headers } = undici
  let [target, given]: [string | URL, SessionRequestInit] = isRequest(asked) ? takeApart(asked, read) : [asked, read]
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

function dispatcherFor(undici: Undici, keeper: Keeper, isStream: boolean): Dispatcher {
  const inner = keeper.authenticating.dispatcher ?? defaultDispatcherOf(undici)
  return new FetchDispatcher(keeper, inner, isStream) as unknown as Dispatcher
}

/** fetch wraps what comes from below, and callers should meet our errors as they are. */
function throwAsItIs(error: unknown): never {
  const cause = causeOf(error)
  throw cause instanceof LatchkeyError ? cause : error
}

/** Of what fetch made of it. A caller may abort with anything, a cause of its own included. */
function causeOf(error: unknown): unknown {
  return error instanceof TypeError ? error.cause : undefined
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

/** By its name: to ask for Node's own class loads the whole fetch that is built in, a copy of undici. */
function isRequest(input: RequestInfo | globalThis.Request): input is Request | globalThis.Request {
  return classNameOf(input) === 'Request'
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
