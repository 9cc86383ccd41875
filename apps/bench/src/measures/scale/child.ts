import { type ChildProcess, fork, type Serializable } from 'node:child_process'

/** A process of its own, that is asked one thing after another and answers each. It ends with this one at the latest. */
export class Child<Question extends Serializable, Answer> {
  readonly #process: ChildProcess
  readonly #gone: Promise<void>

  /** @param flags for Node, beside those of this process */
  constructor(script: string, flags: readonly string[] = []) {
    // What Node says of its own experiments is no news here.
    const execArgv = [...process.execArgv, '--disable-warning=ExperimentalWarning', ...flags]
    this.#process = fork(script, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#gone = new Promise((resolve) => {
      this.#process.once('exit', () => resolve())
      // A process that did not come about has no end. Other errors are told by it.
      this.#process.on('error', () => {
        if (this.#process.pid === undefined) resolve()
      })
    })
  }

  /** Rejects if it ends instead of answering. */
  ask(question: Question): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#process.once('message', (answer: Answer) => resolve(answer))
    void this.#gone.then(() => reject(new Error('A process of the benchmark ended before it had answered')))
    this.#process.send(question, () => {})
    return promise
  }

  async end(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#gone
  }
}

/** The other side: answers what the process is asked, and ends it with the one that asks. */
export function answerQuestions(answer: (question: never) => Promise<unknown>): void {
  process.once('disconnect', () => process.exit())
  process.on('message', (question) => {
    // Who is gone needs no answer.
    void answer(question as never).then((found) => process.send?.(found, undefined, undefined, () => {}))
  })
}

/** Runs `work` with so many processes, which are gone when it has settled. */
export async function withChildren<Question extends Serializable, Answer, T>(
  { script, count, flags }: { script: string; count: number; flags?: readonly string[] },
  work: (children: readonly Child<Question, Answer>[]) => Promise<T>,
): Promise<T> {
  const children = Array.from({ length: count }, () => new Child<Question, Answer>(script, flags))
  try {
    return await work(children)
  } finally {
    await Promise.all(children.map((child) => child.end()))
  }
}
