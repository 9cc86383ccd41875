import type { ServerResponse } from 'node:http'

/** Marks what a caller's leaving ends calls with, that of a duplicate install included. */
const brand = Symbol.for('latchkey.caller-gone')

/** The part of a response of Node's `http`, `https` or `http2` that says whether its caller is still there. */
export interface Answering extends Pick<ServerResponse, 'writableEnded' | 'writableFinished'> {
  once(event: 'close', listener: () => void): unknown
  /** Of HTTP/1 alone. */
  readonly closed?: boolean
  readonly destroyed?: boolean
  readonly socket?: { readonly destroyed?: boolean } | null
  /** Of HTTP/2 alone. */
  readonly stream?: { readonly closed: boolean; readonly destroyed: boolean; readonly rstCode?: number | undefined }
}

/**
 * Aborted when the caller of a Node server goes away before its answer is complete, so that nothing more is done
 * for it. Work that goes on after a complete answer is not disturbed. For adapters of web frameworks.
 */
export function callerSignal(response: Answering): AbortSignal {
  const controller = new AbortController()
  const leave = (): void => {
    if (!isComplete(response)) controller.abort(callerGone())
  }
  if (isOver(response)) leave()
  else response.once('close', leave)
  return controller.signal
}

/** Whether the caller went away before its answer was complete, so that none can be given any more. */
export function callerHasLeft(response: Answering): boolean {
  // A body that was cut off is noticed before the response is closed.
  const isCutOff = response.stream === undefined && response.socket?.destroyed === true
  return (isOver(response) || isCutOff) && !isComplete(response)
}

/** Whether a call ended because of {@link callerSignal}: nobody is left to be told of it. */
export function isCallerGone(error: unknown): boolean {
  return Object(error) === error && brand in (error as object)
}

function callerGone(): DOMException {
  return Object.defineProperty(new DOMException('The caller went away', 'AbortError'), brand, { value: true })
}

function isOver({ stream, closed, destroyed }: Answering): boolean {
  return stream === undefined ? closed === true || destroyed === true : stream.closed || stream.destroyed
}

/** HTTP/2 calls every response finished once its stream is closed. */
function isComplete({ stream, writableEnded, writableFinished }: Answering): boolean {
  return stream === undefined ? writableFinished : writableEnded && (stream.rstCode ?? 0) === 0
}
