import type { Validation } from './errors.ts'

/** What the API wraps its answers in. */
export interface Envelope {
  /** `null` if the answer has none. */
  readonly data: unknown
  readonly messages: readonly string[]
  readonly validation: Validation
  /** `undefined` if the answer does not tell. */
  readonly serverTime: ServerTimeUse | undefined
}

/** What the API tells of the server time of its user, ms. */
export interface ServerTimeUse {
  /** What this request took. */
  readonly usage: number
  /** What is left. */
  readonly balance: number
}

/** Reads an answer's text. `undefined` if it is no envelope: a proxy's page, or cut off. */
export function readEnvelope(text: string): Envelope | undefined {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    // The parser's error quotes the text, in which there may be a token.
    return undefined
  }
  if (!isRecord(answer)) return undefined
  const messages = isRecord(answer['messages']) ? answer['messages'] : {}
  const validation = isRecord(messages['validation']) ? messages['validation'] : {}
  return {
    data: answer['data'] ?? null,
    messages: texts(messages['error']),
    validation: Object.fromEntries(Object.entries(validation).map(([name, value]) => [name, texts(value)])),
    serverTime: serverTimeOf(answer['meta']),
  }
}

function serverTimeOf(meta: unknown): ServerTimeUse | undefined {
  const stats = isRecord(meta) ? meta['stats'] : undefined
  if (!isRecord(stats)) return undefined
  const { resourceUsageMs: usage, resourceBalanceMs: balance } = stats
  if (!Number.isFinite(balance)) return undefined
  return { usage: Number.isFinite(usage) ? (usage as number) : 0, balance: balance as number }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string')
}
