import { Session, type SessionOptions, Sessions, type SessionsOptions, type TenantClient } from '@latchkey/core'
import { type DynamicModule, Inject, type InjectionToken, Module } from '@nestjs/common'
import type { AsyncOptions, Placement } from './async-options.ts'
import { type Kept, keptModule, keptModuleAsync } from './kept-module.ts'

export type LatchkeyModuleOptions = SessionOptions & Placement
export type LatchkeyModuleAsyncOptions = AsyncOptions<SessionOptions, LatchkeyOptionsFactory>

/** Makes the options of a session: what `useClass` and `useExisting` of `forRootAsync` name. */
export interface LatchkeyOptionsFactory {
  createLatchkeyOptions(name?: string): SessionOptions | Promise<SessionOptions>
}

export type LatchkeyTenantsOptions<C extends TenantClient = Session> = SessionsOptions<C> & Placement
export type LatchkeyTenantsAsyncOptions<C extends TenantClient = Session> = AsyncOptions<
  SessionsOptions<C>,
  LatchkeyTenantsOptionsFactory<C>
>

/** Makes the options of the sessions of many tenants: what `useClass` and `useExisting` of `forTenantsAsync` name. */
export interface LatchkeyTenantsOptionsFactory<C extends TenantClient = Session> {
  createLatchkeyTenantsOptions(name?: string): SessionsOptions<C> | Promise<SessionsOptions<C>>
}

/** What the session is provided under: the class {@link Session} itself, unless it has a name. */
export function getSessionToken(name?: string): InjectionToken<Session> {
  return name === undefined ? Session : `Session(${name})`
}

/** Injects the session of `LatchkeyModule.forRoot`. */
export function InjectSession(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getSessionToken(name))
}

/** What the sessions of many tenants are provided under: the class {@link Sessions} itself, unless they have a name. */
export function getSessionsToken(name?: string): InjectionToken<Sessions<TenantClient>> {
  return name === undefined ? Sessions<TenantClient> : `Sessions(${name})`
}

/** Injects the sessions of `LatchkeyModule.forTenants`. */
export function InjectSessions(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getSessionsToken(name))
}

const one: Kept<SessionOptions, LatchkeyOptionsFactory, Session> = {
  token: getSessionToken,
  open: (options) => new Session(options),
  ask: (factory, name) => factory.createLatchkeyOptions(name),
}

function many<C extends TenantClient>(): Kept<SessionsOptions<C>, LatchkeyTenantsOptionsFactory<C>, Sessions<C>> {
  return {
    token: getSessionsToken,
    open: (options) => new Sessions(options),
    ask: (factory, name) => factory.createLatchkeyTenantsOptions(name),
  }
}

/**
 * Provides sessions. A bad option is a `ConfigurationError` that names it, and fails the start of the application. With
 * the application the sessions are closed, and nobody is logged out.
 */
export class LatchkeyModule {
  /** One session: of an API that all callers use as the same user. */
  static forRoot(options: LatchkeyModuleOptions): DynamicModule {
    return keptModule(LatchkeyModule, one, options)
  }

  /** One session, with options that are made when the application starts. */
  static forRootAsync(options: LatchkeyModuleAsyncOptions): DynamicModule {
    return keptModuleAsync(LatchkeyModule, one, options)
  }

  /** The sessions of many tenants, each opened when it is first asked for. Nothing of it is scoped to a request. */
  static forTenants<C extends TenantClient = Session>(options: LatchkeyTenantsOptions<C>): DynamicModule {
    return keptModule(LatchkeyModule, many<C>(), options)
  }

  /** The sessions of many tenants, with options that are made when the application starts. */
  static forTenantsAsync<C extends TenantClient = Session>(options: LatchkeyTenantsAsyncOptions<C>): DynamicModule {
    return keptModuleAsync(LatchkeyModule, many<C>(), options)
  }
}

Module({})(LatchkeyModule)
