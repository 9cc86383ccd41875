import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Message, Order, Report } from './messages.ts'

// As a source or as built, whichever this file is.
const script = fileURLToPath(import.meta.resolve(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'))

/** How much of what a worker says before it crashes is kept, characters. */
const longestLastWords = 2_000

export type WorkerState = 'starting' | 'serving' | 'logging in' | 'stopped' | 'killed' | 'ended' | 'crashed'

/** One worker, as the storm sees it. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly gone: Promise<unknown>
  #state: WorkerState = 'starting'
  #isReady = false
  #isStarted = false
  #isDismissed = false
  #report: Report | undefined
  #lastWords = ''

  constructor(onChange: () => void) {
    // What Node says of its own experiments is no crash.
    const execArgv = [...process.execArgv, '--disable-warning=ExperimentalWarning']
    // Detached, because Ctrl-C goes to all processes of a terminal's group: the storm is to decide what it means.
    // Workers end with their channel, so none is left behind.
    this.#child = fork(script, { execArgv, detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-longestLastWords)
    })
    this.#child.on('message', (message: Message) => {
      this.#hear(message)
      onChange()
    })
    // What is sent to a process that has just died is of no use to anybody.
    this.#child.on('error', () => {})
    this.gone = once(this.#child, 'close')
    this.#child.once('close', (code) => {
      if (this.#state !== 'killed') this.#state = this.#isDismissed && code === 0 ? 'ended' : 'crashed'
      onChange()
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get state(): WorkerState {
    return this.#state
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Whether it was told to begin. */
  get isStarted(): boolean {
    return this.#isStarted
  }

  get isAlive(): boolean {
    return !['killed', 'ended', 'crashed'].includes(this.#state)
  }

  /** The last one. */
  get report(): Report | undefined {
    return this.#report
  }

  /** What it wrote to stderr. */
  get lastWords(): string {
    return this.#lastWords
  }

  send(order: Order): void {
    if (order.type === 'start') {
      this.#state = 'serving'
      this.#isStarted = true
    }
    if (order.type === 'leave') this.#isDismissed = true
    if (this.#child.connected) this.#child.send(order, () => {})
  }

  /** SIGSTOP: it stands still until it is thawed, and does not know. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** SIGKILL: it gets no chance to say goodbye. */
  async kill(): Promise<void> {
    if (!this.isAlive) return
    this.#state = 'killed'
    this.#child.kill('SIGKILL')
    await this.gone
  }

  #hear(message: Message): void {
    if (message.type === 'report') this.#report = message
    else if (message.type === 'ready') this.#isReady = true
    else if (!this.isAlive) return
    else if (message.type === 'stopped') this.#state = 'stopped'
    else this.#state = message.underWay ? 'logging in' : 'serving'
  }
}
