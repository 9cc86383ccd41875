import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { type Answer, longestComplaint } from '../exchange.ts'

/** Puts headers on the requests that go through a dispatcher, and keeps the answer to the last. */
export class Recorder {
  readonly #headers: Readonly<Record<string, string>>
  #answer: Answer | undefined

  /** @param headers names in lower case; a request's own win */
  constructor(headers: Readonly<Record<string, string>>) {
    this.#headers = headers
  }

  /** `undefined` if the last request had none, or one that was not read to its end. */
  get answer(): Answer | undefined {
    return this.#answer
  }

  interceptor(): Dispatcher.DispatcherComposeInterceptor {
    return (dispatch) => (options, handler) => {
      this.#answer = undefined
      const headers = { ...this.#headers, ...(options.headers as Record<string, string>) }
      return dispatch({ ...options, headers }, this.#listen(handler))
    }
  }

  #listen(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
    const chunks: Buffer[] = []
    let head: Omit<Answer, 'text'> | undefined
    let size = 0
    return {
      onRequestStart: (...args) => handler.onRequestStart?.(...args),
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (controller, status, headers: IncomingHttpHeaders, statusText = '') => {
        head = { status, statusText, headers }
        handler.onResponseStart?.(controller, status, headers, statusText)
      },
      onResponseData: (controller, chunk) => {
        size += chunk.byteLength
        if (size <= longestComplaint) chunks.push(Buffer.from(chunk))
        handler.onResponseData?.(controller, chunk)
      },
      onResponseEnd: (...args) => {
        const text = size <= longestComplaint ? Buffer.concat(chunks).toString('utf8') : undefined
        if (head !== undefined) this.#answer = { ...head, text }
        handler.onResponseEnd?.(...args)
      },
      onResponseError: (...args) => handler.onResponseError?.(...args),
      onResponseStarted: () => handler.onResponseStarted?.(),
      onBodySent: (chunk) => handler.onBodySent?.(chunk),
      onRequestSent: () => handler.onRequestSent?.(),
    }
  }
}
