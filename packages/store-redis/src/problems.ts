import { TokenStoreError } from '@latchkey/core'

/** ioredis hangs a command's arguments, so the state or a password, on its errors: what people see is a copy without. */
export function storeError(verb: string, error: unknown): TokenStoreError {
  if (error instanceof TokenStoreError) return error
  const cause = bare(error)
  return new TokenStoreError(`Cannot ${verb} in Redis: ${cause.message}`, { cause })
}

/** There was no answer in time. `trouble` is what is known to keep the client from connecting. */
export function lateError(verb: string, timeout: number, status: string, trouble: unknown): TokenStoreError {
  const text = `Cannot ${verb} in Redis: no answer within ${timeout} ms`
  if (status === 'ready') return new TokenStoreError(text)
  const cause = trouble === undefined ? undefined : bare(trouble)
  const why = cause === undefined ? '' : `, ${cause.message}`
  return new TokenStoreError(`${text} (the client's status is ${status}${why})`, { cause })
}

function bare(error: unknown): Error {
  const { name, message, code } = Object(error) as { name?: unknown; message?: unknown; code?: unknown }
  // The error of a host with several addresses has a code and no message. Redis quotes the arguments of a
  // command that it does not know.
  const text = String(message || code || 'unknown error').replace(/,? with args beginning with.*$/s, '')
  const copy = new Error(text) as Error & { code?: unknown }
  if (typeof name === 'string') copy.name = name
  if (typeof code === 'string') copy.code = code
  return copy
}
