import type { AuthenticatorContext } from '@latchkey/core'
import { request } from 'undici'
import { readText } from '../read-text.ts'

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly userAgent: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON. */
  readonly json?: unknown
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** `undefined` if it was too long to read. */
  readonly text: string | undefined
}

/** One of an authenticator's own requests, which carry no grant but what their headers say. */
export async function ask(
  { method, url, userAgent, headers, json }: Question,
  { dispatcher, signal }: AuthenticatorContext,
): Promise<Answer> {
  const answer = await request(url, {
    method,
    dispatcher,
    signal,
    headers: {
      accept: 'application/json',
      'user-agent': userAgent,
      ...headers,
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    body: json === undefined ? null : JSON.stringify(json),
  })
  return { status: answer.statusCode, headers: answer.headers, text: await readText(answer.body) }
}
