import type { Dispatcher } from 'undici'
import { ConfigurationError } from '../errors.ts'

type Given = Dispatcher.DispatchOptions['headers']
type HeaderValue = string | string[] | undefined

/** A request's headers by name, each as it was given. */
export type OwnHeaders = Readonly<Record<string, HeaderValue>>

/**
 * A request's headers, read once: an iterator would have nothing left to tell a replay, and its caller may change
 * an object meanwhile.
 *
 * @throws {ConfigurationError} for an array in which a name has no value
 */
export function readHeaders(headers: Given): OwnHeaders {
  if (headers == null) return {}
  if (Array.isArray(headers)) return gather(pairs(headers))
  if (Symbol.iterator in headers) return gather(headers as Iterable<[string, HeaderValue]>)
  return { ...(headers as Record<string, HeaderValue>) }
}

/** The length that a request says its body has; `undefined` if it says none. */
export function declaredLength(headers: OwnHeaders): number | undefined {
  const value = Object.entries(headers).find(([name]) => isSame(name, 'content-length'))?.[1]
  return value === undefined ? undefined : Number(value)
}

/**
 * The request's headers with the grant's on top. The grant's replace those of the same name; a `cookie`
 * joins the others, of which only one with the grant's own cookie name goes. The original is left as it
 * is: a replay starts from it again, so no grant ever lingers in the headers of the next.
 *
 * @param contentType for a request that names none
 */
export function withGrant(
  own: OwnHeaders,
  grant: Record<string, string>,
  contentType?: string,
): Record<string, HeaderValue> {
  const merged = { ...own }
  // This runs for every request, nearly always with one header of the grant's that no other stands against.
  for (const name of Object.keys(grant)) {
    const replaced = takeOut(merged, name)
    merged[name] = replaced !== undefined && isSame(name, 'cookie') ? joinCookies(replaced, grant[name]!) : grant[name]
  }
  if (contentType !== undefined && !Object.keys(merged).some((name) => isSame(name, 'content-type'))) {
    merged['content-type'] = contentType
  }
  return merged
}

/** Removes a header, however its name is written. Returns its values. */
function takeOut(headers: Record<string, HeaderValue>, name: string): string[] | undefined {
  let values: string[] | undefined
  // No array of names: this runs for every request.
  for (const present in headers) {
    if (!isSame(present, name)) continue
    values = [values ?? [], headers[present] ?? []].flat()
    delete headers[present]
  }
  return values
}

function isSame(name: string, other: string): boolean {
  if (name.length !== other.length) return false
  // `accept` and `cookie`, say, are on nearly every request: they are told apart without being copied.
  return name === other || (isSameLetter(name, other) && name.toLowerCase() === other.toLowerCase())
}

/** Whether they may begin with the same letter: in ASCII a bit tells upper case from lower. */
function isSameLetter(name: string, other: string): boolean {
  return (name.charCodeAt(0) | 0x20) === (other.charCodeAt(0) | 0x20)
}

function gather(entries: Iterable<readonly [string, HeaderValue]>): OwnHeaders {
  const headers: Record<string, HeaderValue> = {}
  for (const [name, value] of entries) {
    headers[name] = Object.hasOwn(headers, name) ? [headers[name] ?? [], value ?? []].flat() : value
  }
  return headers
}

function joinCookies(present: readonly string[], added: string): string {
  const addedNames = new Set(splitCookies(added).map(cookieName))
  return [...present.flatMap(splitCookies).filter((cookie) => !addedNames.has(cookieName(cookie))), added].join('; ')
}

function splitCookies(header: string): string[] {
  return header
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '')
}

function cookieName(cookie: string): string {
  return cookie.split('=', 1)[0]!.trim()
}

function pairs(flat: readonly string[]): (readonly [string, HeaderValue])[] {
  if (flat.length % 2 !== 0) throw new ConfigurationError('headers', 'names and values by turns', flat)
  return Array.from({ length: flat.length / 2 }, (_, pair) => [String(flat[pair * 2]), flat[pair * 2 + 1]])
}
