import type { BodyInit, RequestInit } from 'undici'
import { ConfigurationError } from '../errors.ts'

/** A fetch body, or a function that returns a fresh one for each time the request is sent. */
export type SessionBodyInit = BodyInit | (() => BodyInit | Promise<BodyInit>)

export interface SessionRequestInit extends Omit<RequestInit, 'body' | 'dispatcher'> {
  body?: SessionBodyInit | null
}

/** What fetch reads of its options, wherever they have it: those of a Request are getters of its class. */
const members = [
  'method',
  'headers',
  'body',
  'redirect',
  'signal',
  'credentials',
  'mode',
  'cache',
  'referrer',
  'referrerPolicy',
  'integrity',
  'keepalive',
  'duplex',
] as const

/** Whether they are a plain object, or none, and name no body. */
export function isBodiless(init: SessionRequestInit | null | undefined): boolean {
  return init == null || (isPlain(init) && init.body == null)
}

/**
 * The options as they are now: a caller may change them, and an iterator would have no headers left for a replay.
 *
 * @throws {ConfigurationError} for what is no object
 */
export function readInit(init: SessionRequestInit | null | undefined): SessionRequestInit {
  if (init == null) return {}
  if (typeof init !== 'object') throw new ConfigurationError('init', "an object of fetch's options", init)
  const read: SessionRequestInit = isPlain(init)
    ? { ...init }
    : Object.fromEntries(members.flatMap((name) => (init[name] === undefined ? [] : [[name, init[name]]])))
  const { headers } = read
  if (typeof headers !== 'object' || headers === null) return read
  const copy = Symbol.iterator in headers ? [...(headers as Iterable<[string, string]>)] : { ...headers }
  return { ...read, headers: copy }
}

function isPlain(init: object): boolean {
  return Object.getPrototypeOf(init) === Object.prototype
}
