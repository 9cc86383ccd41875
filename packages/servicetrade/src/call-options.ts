import { ConfigurationError, kinds, readOptions } from '@latchkey/core'
import { type ExtraHeaders, headersKind } from './headers.ts'

export interface CallOptions {
  /** Ends the call: the wait for a session, for the server, or for a `Retry-After`. */
  signal?: AbortSignal | undefined
  /**
   * How long the call may take, ms, all waits included; then it rejects with a `TimeoutError`. Of a list it is each
   * page that may take so long. Default: no limit but those of the session and of undici.
   */
  timeout?: number | undefined
  /** Sent with this call, in the place of the client's own of the same name. Default: none. */
  headers?: ExtraHeaders | undefined
}

const callKinds = { signal: kinds.signal(), timeout: kinds.duration({ min: 1 }), headers: headersKind }

const noOptions: CallOptions = {}

/** @throws {ConfigurationError} for an unknown option or a bad value */
export function readCallOptions(options: CallOptions | undefined): CallOptions {
  if (options === undefined) return noOptions
  // It has no properties of its own that could be unknown, so nothing would tell that it is ignored.
  if (options instanceof AbortSignal)
    throw new ConfigurationError('call options', 'an object, as in { signal }', options)
  return readOptions('call', options, callKinds)
}

/** Does the work within `timeout` ms. No timer outlives it. */
export function within<T>(
  { signal, timeout }: Pick<CallOptions, 'signal' | 'timeout'>,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  return timeout === undefined ? work(signal) : limited(timeout, signal, work)
}

async function limited<T>(
  timeout: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`The call took longer than ${timeout} ms`, 'TimeoutError'))
  }, timeout)
  try {
    return await work(signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]))
  } finally {
    clearTimeout(timer)
  }
}
