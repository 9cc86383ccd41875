import type { AuthenticatorContext } from '@latchkey/core'
import { dispatchOf } from '../dispatch.ts'
import { type Answer, exchange, longestComplaint } from '../exchange.ts'

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly origin: string
  readonly path: string
  readonly userAgent: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON. */
  readonly json?: unknown
}

/** One of an authenticator's own requests, which carry no grant but what their headers say. */
export async function ask(
  { method, origin, path, userAgent, headers, json }: Question,
  { dispatcher, signal }: AuthenticatorContext,
): Promise<Answer> {
  const outgoing = {
    method,
    origin,
    path,
    headers: {
      accept: 'application/json',
      'user-agent': userAgent,
      ...headers,
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    body: json === undefined ? null : JSON.stringify(json),
  }
  return exchange(await dispatchOf({ dispatcher }), outgoing, { signal, longest: () => longestComplaint })
}
