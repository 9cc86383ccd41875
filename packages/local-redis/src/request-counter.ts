const lineFeed = 10

/** Counts the commands in what a client sends: arrays of strings, whole ones, in chunks cut anywhere. */
export class RequestCounter {
  /** The start of a line whose end is yet to come. */
  #line = ''
  /** Strings that the array still lacks. */
  #missing = 0
  /** Bytes that the string still lacks, its line end included. */
  #rest = 0

  /** Takes the next bytes. Returns how many commands they complete. */
  count(chunk: Buffer): number {
    let complete = 0
    for (let at = 0; at < chunk.length;) {
      if (this.#rest > 0) {
        const step = Math.min(this.#rest, chunk.length - at)
        this.#rest -= step
        at += step
        if (this.#rest === 0 && --this.#missing === 0) complete++
        continue
      }
      const end = chunk.indexOf(lineFeed, at)
      this.#line += chunk.toString('latin1', at, end === -1 ? chunk.length : end)
      if (end === -1) break
      this.#take(this.#line)
      this.#line = ''
      at = end + 1
    }
    return complete
  }

  #take(line: string): void {
    const length = Number(line.slice(1))
    if (line.startsWith('*')) this.#missing = length
    else if (line.startsWith('$')) this.#rest = length + 2
  }
}
