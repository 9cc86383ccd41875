import { openSource, type Source, type Streaming } from './source.ts'

/** How much of a stream is kept for a replay, bytes. */
export const spoolLimit = 64 * 1024

/**
 * A stream that can be opened again as long as what was read of it is small. Every opening starts with
 * what was read before and goes on where the source is. The openings share one pull on the source, so a
 * chunk that a dying request asked for is not lost to its replay.
 */
export class Spool {
  readonly #source: Source
  #chunks: unknown[] = []
  #size = 0
  #isWhole = true
  #openings = 0
  #pull: Promise<void> | undefined
  #done = false
  #failure: { error: unknown } | undefined

  constructor(body: Streaming) {
    this.#source = openSource(body)
  }

  /** Whether the stream can still be sent from its beginning. */
  get isReplayable(): boolean {
    return this.#isWhole
  }

  open(): AsyncGenerator<unknown, void> {
    this.#openings += 1
    return this.#read(this.#openings)
  }

  /** Lets go of the source: no opening will be read any further. */
  dispose(): void {
    this.#chunks = []
    if (this.#done) return
    this.#done = true
    // Not an end: whoever still reads must not take what came so far for the whole.
    this.#failure = { error: new Error('The body was let go before its end') }
    this.#source.release()
  }

  async *#read(opening: number): AsyncGenerator<unknown, void> {
    for (let index = 0; ; index += 1) {
      while (index >= this.#chunks.length && !this.#done) await (this.#pull ??= this.#advance())
      if (index >= this.#chunks.length) {
        if (this.#failure !== undefined) throw this.#failure.error
        return
      }
      yield this.#chunks[index]
      // Not before the reader asks for more: one that died has not done anything with its last chunk. And
      // only behind the newest reader, because the others may be ahead of it.
      if (this.#size > spoolLimit && opening === this.#openings) {
        this.#chunks[index] = undefined
        this.#isWhole = false
      }
    }
  }

  async #advance(): Promise<void> {
    try {
      const { value, done } = await this.#source.next()
      if (done === true) this.#done = true
      else this.#keep(value)
    } catch (error) {
      this.#done = true
      this.#failure = { error }
    } finally {
      this.#pull = undefined
    }
  }

  #keep(chunk: unknown): void {
    this.#chunks.push(chunk)
    this.#size +=
      typeof chunk === 'string'
        ? Buffer.byteLength(chunk)
        : ((chunk as { byteLength?: number } | null)?.byteLength ?? 0)
  }
}
