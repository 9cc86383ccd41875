/** An answer of the server as the vendor's SDKs hand it on. */
export interface HttpErrorResponse {
  readonly status: number
  readonly statusText: string
  /** What its JSON says, or its text; `''` if it is empty, `null` if there is none to show. */
  readonly data: unknown
  /** Names in lower case. Without `set-cookie`: it can carry a session, and errors are logged. */
  readonly headers: Readonly<Record<string, string | string[]>>
}

/** What was asked for. */
export interface HttpErrorConfig {
  readonly method: string
  /** The path, without its query. */
  readonly url: string
}

export interface HttpErrorDetails {
  readonly message: string
  readonly code?: string | undefined
  readonly response?: HttpErrorResponse | undefined
  readonly config?: HttpErrorConfig | undefined
  readonly cause?: unknown
}

/**
 * A request that failed, in the shape that users of the vendor's SDKs know from axios. Carries neither the request's
 * headers nor its body, in which there are credentials.
 */
export class HttpError extends Error {
  /** As `axios.isAxiosError` asks. */
  readonly isAxiosError = true
  /** `ERR_BAD_REQUEST` (400 to 499), `ERR_BAD_RESPONSE` (500 and up), or what the network said. */
  readonly code: string | undefined
  /** HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined
  /** `undefined` if there was no answer. */
  readonly response: HttpErrorResponse | undefined
  readonly config: HttpErrorConfig

  constructor({ message, code, response, config = { method: '', url: '' }, cause }: HttpErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    Object.defineProperty(this, 'name', { value: 'AxiosError', configurable: true })
    this.code = code
    this.status = response?.status
    this.response = response
    this.config = config
  }

  toJSON(): object {
    const { name, message, code, status, config } = this
    return { name, message, code, status, config }
  }
}

/** The error for an answer that is not the wanted one. */
export function statusError(
  response: HttpErrorResponse,
  details: Pick<HttpErrorDetails, 'config' | 'cause'> = {},
): HttpError {
  const { status } = response
  const code = status >= 500 ? 'ERR_BAD_RESPONSE' : status >= 400 ? 'ERR_BAD_REQUEST' : undefined
  return new HttpError({ message: `Request failed with status code ${status}`, code, response, ...details })
}
