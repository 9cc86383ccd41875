/** Tells on stderr what is being done: in place on a terminal, line by line elsewhere. */
export class Progress {
  readonly #stream = process.stderr
  #shown = false

  say(what: string): void {
    if (!this.#stream.isTTY) return void this.#stream.write(`${what}\n`)
    this.clear()
    this.#stream.write(what.slice(0, Math.max(1, this.#stream.columns - 1)))
    this.#shown = true
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K')
    this.#shown = false
  }
}
