import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StoredDocument, Version } from '@latchkey/core'
import { marks } from './marks.ts'
import type { ProcessOptions } from './options.ts'
import type { Answer, Commands } from './worker.ts'

// Run from source by tests of this repository, and compiled by everybody else.
const worker = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url))

/** A store in a process of its own. The process opens it with the first command. */
export class RemoteStore {
  /** Resolves when the process can take commands. */
  readonly ready: Promise<unknown>
  readonly #child: ChildProcess
  readonly #exit: Promise<unknown>
  #output = ''

  constructor({ module, execArgv = [] }: ProcessOptions, place: string) {
    this.#child = fork(worker, [module.href, place], {
      execArgv: [...execArgv],
      // Keeps `undefined` and every string as it is.
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#exit = once(this.#child, 'close')
    this.#child.stdout!.on('data', (chunk) => (this.#output += chunk))
    let complaints = ''
    this.#child.stderr!.on('data', (chunk) => (complaints += chunk))
    const died = this.#exit.then(() => {
      throw new Error(`the child process ended before it was ready: ${complaints}`)
    })
    this.ready = Promise.race([once(this.#child, 'message'), died])
    this.ready.catch(() => undefined)
    died.catch(() => undefined)
  }

  get(key: string): Promise<StoredDocument | undefined> {
    return this.#ask('get', [key])
  }

  set(key: string, state: string, expected: Version | undefined): Promise<Version | false> {
    return this.#ask('set', [key, state, expected])
  }

  /** Adds one to the number stored there, so many times, and resolves to the versions that this made. */
  increment(key: string, times: number): Promise<Version[]> {
    return this.#ask('increment', [key, times])
  }

  /** What would newly keep the process alive once the store watches. */
  heldByWatching(key: string): Promise<string[]> {
    return this.#ask('heldByWatching', [key])
  }

  /** Has the process kill itself as soon as the write has resolved, and resolves to the version. */
  async setAndDie(key: string, state: string): Promise<Version> {
    this.#child.send({ command: 'setAndDie', input: [key, state] })
    await this.#exit
    return this.#output
  }

  /**
   * Has the process add one to the number stored there, again and again, and kills it once so many writes have
   * succeeded. Resolves to how many had in the end, and whether another was under way.
   */
  async dieAtWork(key: string, writes: number): Promise<{ written: number; isCut: boolean }> {
    const written = (): number => this.#output.split(marks.written).length - 1
    const enough = async (): Promise<void> => {
      while (written() < writes) await once(this.#child.stdout!, 'data')
    }
    const endless = this.#ask('incrementAloud', [key])
    endless.catch(() => undefined)
    await Promise.race([enough(), endless])
    await this.kill()
    return { written: written(), isCut: this.#output.endsWith(marks.begun) }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  async #ask<N extends keyof Commands>(
    command: N,
    input: Parameters<Commands[N]>,
  ): Promise<Awaited<ReturnType<Commands[N]>>> {
    this.#child.send({ command, input })
    const gone = this.#exit.then(() => [{ error: 'the child process ended' } satisfies Answer])
    const [answer] = (await Promise.race([once(this.#child, 'message'), gone])) as [Answer]
    if (answer.error !== undefined) throw new Error(`in the child process: ${answer.error}`)
    return answer.value as Awaited<ReturnType<Commands[N]>>
  }
}
