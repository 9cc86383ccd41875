import { type OptionKind, takeOption } from '@latchkey/core'
import { isFraming, nameShape, valueShape } from '../headers.ts'

const nameKind: OptionKind<string> = {
  takes: "the name of a header that does not frame the request, as in 'X-Request-Source'",
  read: (value) =>
    typeof value === 'string' && nameShape.test(value) && !isFraming(value) ? value.toLowerCase() : undefined,
}

const valueKind: OptionKind<string> = {
  takes: 'a string that a header can carry',
  isSecret: true,
  read: (value) => {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    return typeof text === 'string' && valueShape.test(text) ? text : undefined
  },
}

/** What a user wants sent with all requests. */
export class CustomHeaders {
  readonly #values = new Map<string, string>()

  /** Replaces an earlier value; `undefined` and `null` take it away. */
  set(name: unknown, value: unknown): void {
    const key = takeOption('key', name, nameKind)
    if (value === undefined || value === null) this.#values.delete(key)
    else this.#values.set(key, takeOption('value', value, valueKind))
  }

  /** Names in lower case. */
  all(): Record<string, string> {
    return Object.fromEntries(this.#values)
  }
}
