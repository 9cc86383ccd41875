import { blank } from '../blank.ts'
import type { Answer } from '../exchange.ts'
import type { HttpErrorResponse } from './http-error.ts'

/** What a text says if it is JSON, or else the text itself. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** The part of the API's answers that the SDKs hand on; `null` if there is none. */
export function dataOf(text = ''): unknown {
  const body = parse(text)
  return (typeof body === 'object' && body !== null ? (body as { data?: unknown }).data : undefined) ?? null
}

/** @param secrets what the server may have quoted from the request, and must not be shown */
export function toResponse(
  { status, statusText, headers, text = '' }: Answer,
  secrets: readonly string[] = [],
): HttpErrorResponse {
  const shown = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || name === 'set-cookie' ? [] : [[name, value] as const],
  )
  return blankResponse({ status, statusText, data: parse(text), headers: Object.fromEntries(shown) }, secrets)
}

/** An answer without what it quotes of the secrets. */
export function blankResponse(response: HttpErrorResponse, secrets: readonly string[]): HttpErrorResponse {
  const headers = withoutSecrets(response.headers, secrets) as HttpErrorResponse['headers']
  return { ...response, data: withoutSecrets(response.data, secrets), headers }
}

function withoutSecrets(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return blank(value, secrets)
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutSecrets(one, secrets)]))
}
