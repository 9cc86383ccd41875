import { ConfigurationError, kinds, readOptions } from '@latchkey/core'

export interface CallOptions {
  /** Ends the call: the wait for a session, for the server, or for a `Retry-After`. */
  signal?: AbortSignal | undefined
}

const callKinds = { signal: kinds.signal() }

/** @throws {ConfigurationError} for an unknown option or a bad value */
export function readCallOptions(options: CallOptions = {}): CallOptions {
  // It has no properties of its own that could be unknown, so nothing would tell that it is ignored.
  if (options instanceof AbortSignal)
    throw new ConfigurationError('call options', 'an object, as in { signal }', options)
  return readOptions('call', options, callKinds)
}
