import { ConfigurationError, kinds, type OptionKind, readOptions } from '@latchkey/core'
import type { FactoryProvider, InjectionToken, ModuleMetadata, Provider, Type } from '@nestjs/common'

/** Where and under what name a module's session is provided. */
export interface Placement {
  /** Tells it from others of its kind. Default: it has none, and is the one that is injected without a name. */
  name?: string | undefined
  /** Whether all modules can inject it, or only those that import this one. Default `true`. */
  isGlobal?: boolean | undefined
}

interface Imports {
  /** The modules whose providers the options need. */
  imports?: ModuleMetadata['imports']
}

interface FromFunction<O> {
  /** Makes the options, given what `inject` names. */
  useFactory: (...injected: never[]) => O | Promise<O>
  inject?: FactoryProvider['inject']
  useClass?: undefined
  useExisting?: undefined
}

interface FromClass<F> {
  /** Instantiated by the module, and asked for the options. */
  useClass: Type<F>
  inject?: undefined
  useFactory?: undefined
  useExisting?: undefined
}

interface FromExisting<F> {
  /** A provider that is there already, and is asked for the options. */
  useExisting: InjectionToken<F>
  inject?: undefined
  useFactory?: undefined
  useClass?: undefined
}

/** Options that are made while the application starts, in one of three ways. */
export type AsyncOptions<O, F> = Placement & Imports & (FromFunction<O> | FromClass<F> | FromExisting<F>)

/** How to come by options. */
export interface Source<O> {
  readonly providers: Provider[]
  readonly inject: NonNullable<FactoryProvider['inject']>
  read(...injected: unknown[]): O | Promise<O>
}

export const placementKinds = {
  name: kinds.text(),
  isGlobal: kinds.flag(),
}

const list: OptionKind<unknown[]> = {
  takes: 'an array',
  read: (value) => (Array.isArray(value) ? value : undefined),
}

const asyncKinds = {
  ...placementKinds,
  imports: list,
  inject: list,
  useFactory: kinds.callable('a function that makes the options'),
  useClass: kinds.callable('a class that makes the options'),
  useExisting: { takes: 'an injection token', read: (value: unknown) => value ?? undefined },
}

/** @throws {ConfigurationError} for an unknown option or a bad value, and unless there is exactly one way to the options */
export function sourceOf<O, F>(
  owner: string,
  options: AsyncOptions<O, F>,
  ask: (factory: F) => O | Promise<O>,
): Source<O> {
  readOptions(owner, options, asyncKinds)
  const { useFactory, inject = [], useClass, useExisting } = options
  const ways = [useFactory, useClass, useExisting].filter((way) => way !== undefined)
  if (ways.length !== 1) {
    throw new ConfigurationError(
      `${owner} options`,
      'exactly one of useFactory, useClass and useExisting',
      `${ways.length}`,
    )
  }
  if (useFactory !== undefined) {
    return { providers: [], inject, read: (...injected) => useFactory(...(injected as never[])) }
  }
  const token = useClass ?? useExisting
  return {
    providers: useClass === undefined ? [] : [{ provide: useClass, useClass }],
    inject: token === undefined ? [] : [token],
    read: (factory) => ask(factory as F),
  }
}
