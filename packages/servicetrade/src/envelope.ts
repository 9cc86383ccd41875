import type { Validation } from './errors.ts'

/** What the API wraps its answers in. */
export interface Envelope {
  /** `null` if the answer has none. */
  readonly data: unknown
  readonly messages: readonly string[]
  readonly validation: Validation
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
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string')
}
