import { readOptions } from '@latchkey/core'
import type { DynamicModule, InjectionToken, Type } from '@nestjs/common'
import { type AsyncOptions, type Placement, placementKinds, type Source, sourceOf } from './async-options.ts'
import { Opened } from './opened.ts'

/** What a module keeps for its application: a session, a client, or the registry of many. */
export interface Kept<O extends object, F, C extends { close(): Promise<void> }> {
  token(name: string | undefined): InjectionToken
  /** @throws {ConfigurationError} for an unknown option or a bad value */
  open(options: O): C | Promise<C>
  /** Asks a factory of options for them. */
  ask(factory: F, name: string | undefined): O | Promise<O>
}

/** The module with its options at hand. They are read when the application starts. */
export function keptModule<O extends object, F, C extends { close(): Promise<void> }>(
  module: Type,
  kept: Kept<O, F, C>,
  options: O & Placement,
): DynamicModule {
  // Options that are missing altogether are the client's to complain of, too.
  const { name, isGlobal, ...rest } = { ...options }
  return define(module, kept, { name, isGlobal }, { providers: [], inject: [], read: () => rest as unknown as O })
}

/** The module with options that are made when the application starts. */
export function keptModuleAsync<O extends object, F, C extends { close(): Promise<void> }>(
  module: Type,
  kept: Kept<O, F, C>,
  options: AsyncOptions<O, F>,
): DynamicModule {
  const source = sourceOf(module.name, options, (factory: F) => kept.ask(factory, options.name))
  const { name, isGlobal, imports = [] } = options
  return { ...define(module, kept, { name, isGlobal }, source), imports }
}

function define<O extends object, F, C extends { close(): Promise<void> }>(
  module: Type,
  kept: Kept<O, F, C>,
  placement: Placement,
  { providers, inject, read }: Source<O>,
): DynamicModule {
  const { name, isGlobal = true } = readOptions(module.name, placement, placementKinds)
  const token = kept.token(name)
  // The options are read in the client's own factory: a test that overrides the client needs none.
  const useFactory = async (opened: Opened, ...injected: unknown[]): Promise<C> =>
    opened.keep(await kept.open(await read(...injected)))
  return {
    module,
    global: isGlobal,
    providers: [Opened, ...providers, { provide: token, inject: [Opened, ...inject], useFactory }],
    exports: [token],
  }
}
