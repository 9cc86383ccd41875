import type { ServerResponse } from 'node:http'

/** Whether the caller went away before its answer was complete. */
export function isGone(res: ServerResponse): boolean {
  // The request says that it was cut off before the response is closed.
  return (res.closed || res.destroyed || res.socket?.destroyed === true) && !res.writableFinished
}
