import type { Validation } from './errors.ts'

/** What the API wraps its answers in. */
export class Envelope {
  readonly #answer: Readonly<Record<string, unknown>>

  constructor(answer: Readonly<Record<string, unknown>>) {
    this.#answer = answer
  }

  /** `null` if the answer has none. */
  get data(): unknown {
    return this.#answer['data'] ?? null
  }

  get messages(): readonly string[] {
    return texts(this.#complaints['error'])
  }

  get validation(): Validation {
    const { validation } = this.#complaints
    const fields = isRecord(validation) ? Object.entries(validation) : []
    return Object.fromEntries(fields.map(([name, value]) => [name, texts(value)]))
  }

  /** `undefined` if the answer does not tell. */
  get serverTime(): ServerTimeUse | undefined {
    const { meta } = this.#answer
    const stats = isRecord(meta) ? meta['stats'] : undefined
    if (!isRecord(stats)) return undefined
    const { resourceUsageMs: usage, resourceBalanceMs: balance } = stats
    if (!Number.isFinite(balance)) return undefined
    return { usage: Number.isFinite(usage) ? (usage as number) : 0, balance: balance as number }
  }

  get #complaints(): Readonly<Record<string, unknown>> {
    const { messages } = this.#answer
    return isRecord(messages) ? messages : {}
  }
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
  try {
    const answer: unknown = JSON.parse(text)
    return isRecord(answer) ? new Envelope(answer) : undefined
  } catch {
    // The parser's error quotes the text, in which there may be a token.
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string')
}
