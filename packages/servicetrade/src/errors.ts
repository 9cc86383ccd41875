/** What was wrong with each parameter, by its name. */
export type Validation = Readonly<Record<string, readonly string[]>>

export interface ServiceTradeErrorDetails {
  readonly status: number
  readonly method: string
  readonly path: string
  /** What happened, if the server's messages do not tell. */
  readonly summary?: string | undefined
  readonly messages?: readonly string[] | undefined
  readonly validation?: Validation | undefined
  readonly retryAfter?: number | undefined
}

/**
 * The server's answer is not the wanted one, and that has nothing to do with the session. Carries no token,
 * no query and no request body.
 */
export class ServiceTradeError extends Error {
  /** HTTP status. */
  readonly status: number
  /** The server's error messages; empty if it gave none. */
  readonly messages: readonly string[]
  /** What the server said of single parameters; empty if it said nothing. */
  readonly validation: Validation
  readonly method: string
  /** As given to the client, without the query. */
  readonly path: string
  /** How long the server wants no more requests, ms; `undefined` if it did not say. */
  readonly retryAfter: number | undefined

  constructor({ status, method, path, summary, messages = [], validation = {}, retryAfter }: ServiceTradeErrorDetails) {
    const complaints = [
      ...(summary === undefined ? [] : [summary]),
      ...messages,
      ...Object.entries(validation).map(([name, texts]) => `${name}: ${texts.join(', ')}`),
    ]
    super([`${method} ${path} was answered ${status}`, complaints.join('; ')].filter((part) => part !== '').join(': '))
    Object.defineProperty(this, 'name', { value: 'ServiceTradeError', configurable: true })
    this.status = status
    this.messages = messages
    this.validation = validation
    this.method = method
    this.path = path
    this.retryAfter = retryAfter
  }
}
