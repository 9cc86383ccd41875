import { isRecord } from '../envelope.ts'
import { ServiceTradeError } from '../errors.ts'

/** The items of one page, whatever they are called; none if the answer has none. */
export function itemsOf(data: unknown, path: string): readonly unknown[] {
  if (Array.isArray(data)) return data
  if (data === null) return []
  const fail = (summary: string): never => {
    throw new ServiceTradeError({ status: 200, method: 'GET', path, summary })
  }
  // What has an id is one thing, and the lists in it are its parts.
  if (!isRecord(data) || (data['id'] !== undefined && data['totalPages'] === undefined))
    return fail('with something that is no list: use get()')
  const lists = Object.entries(data).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  if (lists.length === 1) return lists[0]![1]
  if (lists.length === 0) return []
  const plural = pluralOf(path)
  const named = lists.find(([key]) => key.toLowerCase() === plural)
  if (named !== undefined) return named[1]
  return fail(`with several lists, none of them called ${plural}`)
}

/** `/jobitem` lists `jobItems`, `/history` lists `histories`. */
function pluralOf(path: string): string {
  const resource = path.split('/').findLast((segment) => /^[a-z]+$/i.test(segment)) ?? ''
  const name = resource.toLowerCase()
  return /[^aeiou]y$/.test(name) ? name.replace(/y$/, 'ies') : `${name}s`
}
