import type { ResetRequest, ResetResponse } from '../authenticator.ts'

type Fields = Record<string, unknown>

/**
 * What an outcome of some HTTP client says of the response it is, or came of: fetch's Response, undici's,
 * axios's, and errors that carry one. `undefined` if it has no status.
 */
export function responseOf(outcome: unknown): (ResetResponse & ResetRequest) | undefined {
  const response = [outcome, fields(outcome)['response']].map(fields).find((one) => Number.isInteger(statusOf(one)))
  if (response === undefined) return undefined
  const config = fields(response['config'])
  return {
    statusCode: statusOf(response) as number,
    headers: lowerCased(response['headers']),
    method: String(response['method'] ?? config['method'] ?? 'GET').toUpperCase(),
    path: pathOf(response['path'] ?? response['url'] ?? config['url']),
  }
}

function statusOf(response: Fields): unknown {
  return response['statusCode'] ?? response['status']
}

function lowerCased(headers: unknown): ResetResponse['headers'] {
  const entries =
    Symbol.iterator in fields(headers) ? (headers as Iterable<[string, string]>) : Object.entries(fields(headers))
  return Object.fromEntries([...entries].map(([name, value]) => [name.toLowerCase(), value as string]))
}

function pathOf(path: unknown): string {
  const url = typeof path === 'string' ? URL.parse(path) : null
  return url === null ? String(path ?? '') : url.pathname + url.search
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
