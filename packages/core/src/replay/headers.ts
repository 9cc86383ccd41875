import type { Dispatcher } from 'undici'
import { ConfigurationError } from '../errors.ts'

type Headers = Dispatcher.DispatchOptions['headers']
type HeaderValue = string | string[] | undefined
export type HeaderEntries = readonly (readonly [string, HeaderValue])[]

/**
 * A request's headers, read once: an iterator would have nothing left to tell a replay.
 *
 * @throws {ConfigurationError} for an array in which a name has no value
 */
export function headerEntries(headers: Headers): HeaderEntries {
  if (headers == null) return []
  if (Array.isArray(headers)) return pairs(headers)
  if (Symbol.iterator in headers) return [...(headers as Iterable<[string, HeaderValue]>)]
  return Object.entries(headers as Record<string, HeaderValue>)
}

/** The length that a request says its body has; `undefined` if it says none. */
export function declaredLength(headers: HeaderEntries): number | undefined {
  const value = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
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
  headers: HeaderEntries,
  grant: Record<string, string>,
  contentType?: string,
): Record<string, HeaderValue> {
  const merged: Record<string, HeaderValue> = {}
  const own = new Map(Object.keys(grant).map((name) => [name.toLowerCase(), name]))
  const cookies: string[] = []
  for (const [name, value] of headers) {
    const lowerCase = name.toLowerCase()
    if (lowerCase === 'cookie' && own.has('cookie')) cookies.push(...[value ?? []].flat())
    else if (!own.has(lowerCase))
      merged[name] = Object.hasOwn(merged, name) ? [merged[name] ?? [], value ?? []].flat() : value
  }
  for (const [lowerCase, name] of own) {
    merged[name] = lowerCase === 'cookie' ? joinCookies(cookies, grant[name]!) : grant[name]
  }
  if (contentType !== undefined && !Object.keys(merged).some((name) => name.toLowerCase() === 'content-type')) {
    merged['content-type'] = contentType
  }
  return merged
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

function pairs(flat: readonly string[]): HeaderEntries {
  if (flat.length % 2 !== 0) throw new ConfigurationError('headers', 'names and values by turns', flat)
  return Array.from({ length: flat.length / 2 }, (_, pair) => [String(flat[pair * 2]), flat[pair * 2 + 1]])
}
