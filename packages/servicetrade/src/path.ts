import { ConfigurationError } from '@latchkey/core'

const takes = "a path below /api that starts with '/', as in '/job/1'"

/** What most paths look like. There is nothing in them that needs a closer look. */
const plain = /^(?!\/api(?:\/|$))(?:\/[\w-]+)+$/

/**
 * Splits a path, as it goes over the wire, from its query. Nothing in it may lead out of the API: a token goes with the
 * request.
 */
export function splitPath(given: unknown): { path: string; query: string } {
  if (typeof given === 'string' && plain.test(given)) return { path: given, query: '' }
  if (typeof given !== 'string' || !/^\/[\x21-\x7e]*$/.test(given) || /[\\#]/.test(given)) {
    throw new ConfigurationError('path', takes, given)
  }
  const mark = given.indexOf('?')
  const path = mark < 0 ? given : given.slice(0, mark)
  if (/^\/api(\/|$)/.test(path)) throw new ConfigurationError('path', `${takes}: the client adds /api itself`, given)
  const segments = path.slice(1).split('/')
  // URL parsers take an encoded dot for a dot, and some servers an encoded slash for a slash.
  const escapes = segments.some((one) => /^(\.|%2e){1,2}$/i.test(one) || /%(2f|5c|00)/i.test(one))
  if (escapes || segments.slice(0, -1).includes('')) throw new ConfigurationError('path', takes, given)
  return { path: new URL(path, 'http://localhost').pathname, query: mark < 0 ? '' : given.slice(mark + 1) }
}
