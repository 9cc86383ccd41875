/** What the server needs to know of a request. */
export interface Incoming {
  readonly method: string
  readonly path: string
  /** With the request line. */
  readonly head: string
}

/**
 * Cuts requests out of what a connection brings. No more of HTTP than clients of loopback need: bodies have a
 * length, or go in chunks and end with the last one.
 */
export class RequestReader {
  readonly #onRequest: (request: Incoming) => void
  #rest = ''

  constructor(onRequest: (request: Incoming) => void) {
    this.#onRequest = onRequest
  }

  add(chunk: Buffer): void {
    this.#rest = this.#rest === '' ? chunk.toString('latin1') : this.#rest + chunk.toString('latin1')
    for (let end = this.#end(); end > 0; end = this.#end()) {
      const head = this.#rest.slice(0, end)
      this.#rest = this.#rest.slice(end)
      const [method = '', path = ''] = head.slice(0, head.indexOf('\r\n')).split(' ', 2)
      this.#onRequest({ method, path, head })
    }
  }

  /** Where the first request ends; 0 if it is not whole yet. */
  #end(): number {
    const blank = this.#rest.indexOf('\r\n\r\n')
    if (blank < 0) return 0
    const start = blank + 4
    if (this.#rest.startsWith('GET ')) return start
    const head = this.#rest.slice(0, blank).toLowerCase()
    if (/\r\ntransfer-encoding: *chunked/.test(head)) {
      const last = this.#rest.indexOf('0\r\n\r\n', start)
      return last < 0 ? 0 : last + 5
    }
    const end = start + Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? 0)
    return end > this.#rest.length ? 0 : end
  }
}
