import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CallOutcome, Calls } from './caller.ts'

const script = fileURLToPath(new URL('caller.ts', import.meta.url))

/** Processes of their own, each of which makes many calls at once when it is told to. */
export async function startCallers(count: number): Promise<Callers> {
  const children = Array.from({ length: count }, () => fork(script, { execArgv: ['--conditions=latchkey-source'] }))
  await Promise.all(children.map((child) => once(child, 'message')))
  return new Callers(children)
}

export class Callers {
  readonly #children: readonly ChildProcess[]

  constructor(children: readonly ChildProcess[]) {
    this.#children = children
  }

  async call(index: number, calls: Calls): Promise<CallOutcome[]> {
    const child = this.#children[index]!
    child.send(calls)
    const [outcomes] = (await once(child, 'message')) as [CallOutcome[]]
    return outcomes
  }

  async callAll(callsOf: (index: number) => Calls): Promise<CallOutcome[]> {
    return (await Promise.all(this.#children.map((_, index) => this.call(index, callsOf(index))))).flat()
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  [Symbol.dispose](): void {
    this.end()
  }
}
