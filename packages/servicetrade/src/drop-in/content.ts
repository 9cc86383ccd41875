import { jsonBody } from '../json-body.ts'

/** What a call sends beside its address. */
export interface Content {
  /** What undici takes, or a function that returns it anew for each time the request is sent. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The body of a `put` or `post`, as the SDKs send it: objects as JSON, texts as they are, nothing for `null`.
 *
 * @throws {ConfigurationError} for what JSON cannot carry
 */
export function toContent(body: unknown): Content {
  if (body === undefined || body === null) return {}
  if (typeof body !== 'string' && !(body instanceof URLSearchParams)) return jsonBody(body)
  const text = String(body)
  const isJson = typeof body === 'string' && /^\s*[[{]/.test(text)
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded;charset=utf-8'
  return { body: text, headers: { 'content-type': type } }
}
