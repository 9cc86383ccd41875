/** A body is not a webhook message. Tells what is wrong with which part of it, and nothing of its content. */
export class WebhookMessageError extends Error {
  /** The part, as in `data[0].entity.id`. */
  readonly part: string
  /** What it takes. */
  readonly takes: string
  /** What kind of thing it got. */
  readonly got: string

  constructor(part: string, takes: string, got: unknown) {
    const kind = kindOf(got)
    super(`${part} takes ${takes}, but got ${kind}`)
    Object.defineProperty(this, 'name', { value: 'WebhookMessageError', configurable: true })
    this.part = part
    this.takes = takes
    this.got = kind
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string'
  if (value instanceof Uint8Array) return 'bytes'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
