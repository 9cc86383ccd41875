import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The app, started as its README says, to be driven from outside. */
export class AppProcess implements AsyncDisposable {
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  #output = ''
  readonly #watchers: (() => void)[] = []

  constructor(env: Readonly<Record<string, string>>) {
    const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
    this.#child = spawn(process.execPath, ['--conditions=latchkey-source', main], {
      env: { PATH, NODE_COMPILE_CACHE, ...env },
    })
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
        this.#look()
      })
    }
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }))
    void this.ended.then(() => this.#look())
  }

  get output(): string {
    return this.#output
  }

  count(line: string): number {
    return this.#output.split('\n').filter((one) => one === line).length
  }

  /** Resolves once the app has said the line that often. */
  async said(line: string, times = 1): Promise<void> {
    while (this.count(line) < times) await this.#more(line)
  }

  /** Where it listens. */
  async address(): Promise<string> {
    for (;;) {
      const [, address] = /^Listening on (\S+)$/m.exec(this.#output) ?? []
      if (address !== undefined) return address
      await this.#more('Listening on …')
    }
  }

  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
  }

  #look(): void {
    for (const watcher of this.#watchers.splice(0)) watcher()
  }

  async #more(wanted: string): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      throw new Error(`The app ended without saying "${wanted}": ${this.#output}`)
    }
    await new Promise<void>((resolve) => this.#watchers.push(resolve))
  }
}
