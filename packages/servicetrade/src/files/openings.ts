import type { Opened } from './content.ts'

/** Opens a file anew for each sending: the one before is let go of, whatever became of it. */
export class Openings {
  readonly #open: () => Promise<Opened>
  #opened: Opened | undefined
  #newest = 0
  #isReleased = false

  constructor(open: () => Promise<Opened>) {
    this.#open = open
  }

  async next(): Promise<Opened['content']> {
    this.#newest += 1
    const own = this.#newest
    this.#opened?.release()
    if (this.#isReleased) throw late()
    const opened = await this.#open()
    if (this.#isReleased || own !== this.#newest) {
      opened.release()
      throw late()
    }
    this.#opened = opened
    return opened.content
  }

  /** For good. */
  release(): void {
    this.#isReleased = true
    this.#opened?.release()
  }
}

/** Nobody is left to be told, but nobody must take it for an empty file either. */
function late(): Error {
  return new Error('The sending was given up before its file was open')
}
