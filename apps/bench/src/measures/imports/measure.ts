import { bytes, milliseconds, ratio as ratioText } from '../../report/numbers.ts'
import { ratiosOf, type Spread, spreadOf } from '../../statistics.ts'
import type { Context, Measure } from '../measure.ts'
import { servicetrade, type Subject, subjects as all, undici } from './subjects.ts'
import { type Loaded, perform } from './task.ts'

export interface ImportsFound {
  readonly rounds: number
  readonly subjects: readonly {
    readonly name: string
    /** Of the import alone, ms. */
    readonly time: Spread
    /** Of that over undici's. */
    readonly ratio: Spread
    /** Bytes that stay in use. */
    readonly heap: number
    /** Bytes that the process grew by. */
    readonly rss: number
    /** From before the import to the first answer, a login included, ms. */
    readonly answer?: { readonly time: Spread; readonly ratio: Spread } | undefined
  }[]
}

export interface ImportsOptions {
  readonly origin: string
  readonly rounds: number
  readonly say: Context['say']
  /** Default: all. undici, which the others are compared with, must be one of them. */
  readonly subjects?: readonly Subject[]
}

export const importsMeasure: Measure<ImportsFound> = {
  name: 'imports',
  run({ server: { origin }, size, say }) {
    return size === 'full'
      ? measureImports({ origin, say, rounds: 15 })
      : measureImports({ origin, say, rounds: 5, subjects: [undici, servicetrade] })
  },
  tables({ rounds, subjects }) {
    return [
      {
        title: 'Import and first answer',
        note:
          'Each in a new process without a compile cache. The answer is timed from before the import, and there is a ' +
          `login before it. Medians of ${rounds} rounds, in parentheses the middle half.`,
        columns: ['what', 'import', 'over undici', 'heap', 'process', 'first answer', 'over undici'],
        rows: subjects.map(({ name, time, ratio, heap, rss, answer }) => [
          name,
          milliseconds(time.median),
          ratioText(ratio),
          bytes(heap),
          bytes(rss),
          answer === undefined ? '' : milliseconds(answer.time.median),
          answer === undefined ? '' : ratioText(answer.ratio),
        ]),
      },
    ]
  },
  aims({ subjects }) {
    const { ratio } = subjects.find(({ name }) => name === servicetrade.name)!
    const what = "import('@latchkey/servicetrade') over import('undici'): time"
    return [{ what, value: ratio.median, bound: { atMost: 1.15 } }]
  },
}

export async function measureImports({ origin, rounds, say, subjects = all }: ImportsOptions): Promise<ImportsFound> {
  const loaded = new Map<Subject, Loaded[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round += 1) {
    say(`imports: round ${round + 1} of ${rounds}`)
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      loaded.get(subject)!.push(await perform({ ...subject, origin }))
    }
  }
  const base = loaded.get(undici)!
  return { rounds, subjects: subjects.map((subject) => summary(subject.name, loaded.get(subject)!, base)) }
}

function summary(name: string, own: readonly Loaded[], base: readonly Loaded[]): ImportsFound['subjects'][number] {
  const [times, answers] = [timesOf(own), answersOf(own)]
  return {
    name,
    time: spreadOf(times),
    ratio: spreadOf(ratiosOf(times, timesOf(base))),
    heap: spreadOf(own.map(({ heap }) => heap)).median,
    rss: spreadOf(own.map(({ rss }) => rss)).median,
    ...(answers.length > 0 && {
      answer: { time: spreadOf(answers), ratio: spreadOf(ratiosOf(answers, answersOf(base))) },
    }),
  }
}

function timesOf(found: readonly Loaded[]): number[] {
  return found.map(({ time }) => time)
}

function answersOf(found: readonly Loaded[]): number[] {
  return found.flatMap(({ answer }) => answer ?? [])
}
