/** How often a request was replayed, over all its dispatches. */
export interface ReplayCount {
  replays: number
}

/**
 * Thrown through a `fetch` whose request must be sent again, with a live grant at hand. fetch turns every
 * body into a stream that can be read once, but the session still has the body it was made from.
 */
export class ReplayElsewhere extends Error {
  /** Where the request was sent: after redirects not where the fetch began. */
  readonly url: URL

  constructor(url: URL) {
    super('The request is to be sent again')
    this.url = url
  }
}
