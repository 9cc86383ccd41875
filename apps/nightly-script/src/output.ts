export interface Output {
  /** Resolves once the line is written, or cannot be. */
  say(line: string): Promise<void>
  complain(line: string): void
  /** Aborted when a line cannot be written: its reader has gone, as `head -1` does, or the disk is full. */
  readonly lost: AbortSignal
}

/** Where the script says what it does. An error of these streams would otherwise end the process before it logs out. */
export function openOutput(): Output {
  const controller = new AbortController()
  const complain = (line: string): void => void process.stderr.write(`nightly-script: ${line}\n`)
  const lose = (error: NodeJS.ErrnoException): void => {
    if (controller.signal.aborted) return
    controller.abort(error)
    process.exitCode = 1
    // Whoever stops reading knows that.
    if (error.code !== 'EPIPE') complain(`the output cannot be written: ${error.message}`)
  }
  process.stdout.on('error', lose)
  process.stderr.on('error', () => {})
  const say = (line: string): Promise<void> =>
    new Promise((resolve) => {
      process.stdout.write(`${line}\n`, (error) => {
        // Here as well, before the next deletion: the event comes later.
        if (error) lose(error)
        resolve()
      })
    })
  return { say, complain, lost: controller.signal }
}
