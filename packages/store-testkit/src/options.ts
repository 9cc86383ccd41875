import {
  ConfigurationError,
  kinds,
  longestTimer,
  type OptionKind,
  readOptions,
  requireOption,
  type TokenStore,
} from '@latchkey/core'

type MaybePromise<T> = T | Promise<T>

/** What the kit needs of a test runner: vitest, node:test and most others have it. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
}

/** How a store is opened in processes of its own. */
export interface ProcessOptions {
  /** A module that exports `open`, the same function as the option `open`. Child processes import it. */
  readonly module: URL
  /** What Node is started with there, as in `['--import', 'tsx']`. Default: nothing. */
  readonly execArgv?: readonly string[] | undefined
}

interface CommonOptions extends Runner {
  /** What the tests are grouped under. Required. */
  readonly name: string
  /**
   * Makes up a place where nothing is stored: a path, a key prefix, a database name. Called for each case. A
   * store that shares nothing beyond its instance may answer anything. Required.
   */
  place(): MaybePromise<string>
  /** Opens a store there. Two stores that are opened at one place share what is in it. Required. */
  open(place: string): MaybePromise<TokenStore>
  /** Clears a place away, once its stores are closed. Default: it is left as it is. */
  cleanUp?: ((place: string) => unknown) | undefined
  /** Whether the store has `watch`. Required. */
  readonly watches: boolean
  /**
   * Makes the store at a place unable to answer, and resolves to what undoes it. `'never'` for a store that
   * is always able to, as one in memory. Required.
   */
  readonly makeUnavailable: ((place: string) => MaybePromise<() => unknown>) | 'never'
  /** How long a case may take, ms. The runner's own limit should be longer. Default 20,000. */
  readonly timeLimit?: number | undefined
}

/** What a store claims. It decides which cases it must pass; the tests' names tell it. */
export type TokenStoreTestOptions = CommonOptions &
  (
    | {
        /** Who shares documents: the holders of one instance, or all stores that one process opens at a place. */
        readonly shares: 'instance' | 'process'
        readonly durable: false
        readonly processes?: undefined
      }
    | {
        /** Processes that open the same place share its documents: of one machine, or of many. */
        readonly shares: 'processes'
        /** Whether documents outlive the processes that use them. */
        readonly durable: boolean
        readonly processes: ProcessOptions
      }
  )

/** The options after they were checked. */
export interface Claims {
  readonly name: string
  readonly place: () => MaybePromise<string>
  readonly open: (place: string) => MaybePromise<TokenStore>
  readonly cleanUp: (place: string) => unknown
  readonly shares: 'instance' | 'process' | 'processes'
  readonly processes: ProcessOptions | undefined
  readonly durable: boolean
  readonly watches: boolean
  readonly makeUnavailable: ((place: string) => MaybePromise<() => unknown>) | undefined
  readonly timeLimit: number
}

const defaultTimeLimit = 20_000

const optionKinds = {
  describe: kinds.callable<Runner['describe']>("the runner's describe()"),
  it: kinds.callable<Runner['it']>("the runner's it()"),
  name: kinds.text(),
  place: kinds.callable<Claims['place']>('a function that makes up an empty place'),
  open: kinds.callable<Claims['open']>('a function that opens a store at a place'),
  cleanUp: kinds.callable<Claims['cleanUp']>('a function that clears a place away'),
  shares: kinds.oneOf('instance', 'process', 'processes'),
  processes: {
    takes: '{ module: URL, execArgv?: string[] }',
    read: (value) => ((value as ProcessOptions | null)?.module instanceof URL ? (value as ProcessOptions) : undefined),
  } satisfies OptionKind<ProcessOptions>,
  durable: kinds.flag(),
  watches: kinds.flag(),
  makeUnavailable: {
    takes: "a function that makes the store unable to answer, or 'never'",
    read: (value) => (typeof value === 'function' || value === 'never' ? (value as Unavailability) : undefined),
  } satisfies OptionKind<Unavailability>,
  timeLimit: kinds.duration({ min: 1, max: longestTimer }),
}

type Unavailability = NonNullable<Claims['makeUnavailable']> | 'never'

/** @throws {ConfigurationError} if a claim is missing, or two do not go together */
export function readClaims(input: TokenStoreTestOptions): { runner: Runner; claims: Claims } {
  const options = readOptions('testTokenStore', input, optionKinds)
  const required = <N extends keyof typeof options>(name: N): NonNullable<(typeof options)[N]> =>
    requireOption(name, options[name] as NonNullable<(typeof options)[N]> | undefined, optionKinds[name] as never)
  const shares = required('shares')
  const durable = required('durable')
  if (shares === 'processes') required('processes')
  else if (durable) throw new ConfigurationError('durable', `false if shares is '${shares}'`, durable)
  const makeUnavailable = required('makeUnavailable')
  return {
    runner: { describe: required('describe'), it: required('it') },
    claims: {
      name: required('name'),
      place: required('place'),
      open: required('open'),
      cleanUp: options.cleanUp ?? (() => undefined),
      shares,
      processes: options.processes,
      durable,
      watches: required('watches'),
      makeUnavailable: makeUnavailable === 'never' ? undefined : makeUnavailable,
      timeLimit: options.timeLimit ?? defaultTimeLimit,
    },
  }
}
