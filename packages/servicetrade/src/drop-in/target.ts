import { splitPath } from '../path.ts'

/**
 * Path and query below the API, of a path as the SDKs take it: with or without a leading slash, and with characters
 * that a URL has to have escaped.
 *
 * @param apiPrefix where the API is on the server: unless at `/api`, a path may begin with that
 * @throws {ConfigurationError} for what could lead out of the API: a token goes with the request
 */
export function toTarget(given: unknown, apiPrefix = '/api'): { path: string; query: string } {
  if (typeof given !== 'string') return splitPath(given)
  const [path, ...rest] = given.toWellFormed().split('?')
  const encoded = path!.replace(/^\//, '').replace(/[^\x21-\x7e]/gu, encodeURIComponent)
  // Harmless in a query, where a filter's value may have it.
  const query = rest.join('?').replace(/[^\x21-\x7e]|[#\\]/gu, encodeURIComponent)
  const beginsWithApi = apiPrefix !== '/api' && encoded.startsWith('api/')
  const below = beginsWithApi ? encoded.slice('api/'.length) : encoded
  const target = splitPath(`/${below}${query === '' ? '' : `?${query}`}`)
  return beginsWithApi ? { ...target, path: `/api${target.path}` } : target
}
