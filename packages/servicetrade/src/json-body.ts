import { ConfigurationError } from '@latchkey/core'

const takes = 'a value that JSON can carry'

/** What a body of JSON adds to a call. */
export function jsonBody(value: unknown): { body?: string; headers?: Record<string, string> } {
  if (value === undefined) return {}
  return { body: stringify(value), headers: { 'content-type': 'application/json' } }
}

function stringify(value: unknown): string {
  let text: string | undefined
  try {
    text = isBinary(value) ? undefined : JSON.stringify(value)
  } catch (cause) {
    throw new ConfigurationError('body', takes, value, { cause })
  }
  if (text === undefined) throw new ConfigurationError('body', takes, value)
  return text
}

/** By their names: to ask for Node's own FormData alone loads its whole fetch, which a program may never need. */
const withoutJson = new Set<unknown>(['Blob', 'File', 'FormData', 'URLSearchParams'])

/** What JSON would make an empty object of, or a list of numbers. */
function isBinary(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const name = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return withoutJson.has(name) || ArrayBuffer.isView(value) || Symbol.asyncIterator in value
}
