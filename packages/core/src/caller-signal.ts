import type { ServerResponse } from 'node:http'

/** Marks what a caller's leaving ends calls with, that of a duplicate install included. */
const brand = Symbol.for('latchkey.caller-gone')

/** The part of Node's `ServerResponse` that says whether its caller is still there. */
export type Answering = Pick<ServerResponse, 'closed' | 'destroyed' | 'once' | 'writableFinished'>

/**
 * Aborted when the caller of a Node server goes away before its answer is complete, so that nothing more is done
 * for it. Work that goes on after a complete answer is not disturbed. For adapters of web frameworks.
 */
export function callerSignal(response: Answering): AbortSignal {
  const controller = new AbortController()
  const leave = (): void => {
    if (!response.writableFinished) controller.abort(callerGone())
  }
  if (response.closed || response.destroyed) leave()
  else response.once('close', leave)
  return controller.signal
}

/** Whether a call ended because of {@link callerSignal}: nobody is left to be told of it. */
export function isCallerGone(error: unknown): boolean {
  return Object(error) === error && brand in (error as object)
}

function callerGone(): DOMException {
  return Object.defineProperty(new DOMException('The caller went away', 'AbortError'), brand, { value: true })
}
