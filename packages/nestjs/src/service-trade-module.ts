import type { Sessions } from '@latchkey/core'
import { ServiceTrade, type ServiceTradeOptions } from '@latchkey/servicetrade'
import { type DynamicModule, Inject, type InjectionToken, Module } from '@nestjs/common'
import type { AsyncOptions, Placement } from './async-options.ts'
import { type Kept, keptModule, keptModuleAsync } from './kept-module.ts'
import { openAccounts, type ServiceTradeAccountsOptions } from './service-trade-accounts.ts'

export type ServiceTradeModuleOptions = ServiceTradeOptions & Placement
export type ServiceTradeModuleAsyncOptions = AsyncOptions<ServiceTradeOptions, ServiceTradeOptionsFactory>

/** Makes the options of a client: what `useClass` and `useExisting` of `forRootAsync` name. */
export interface ServiceTradeOptionsFactory {
  createServiceTradeOptions(name?: string): ServiceTradeOptions | Promise<ServiceTradeOptions>
}

export type ServiceTradeAccountsModuleOptions = ServiceTradeAccountsOptions & Placement
export type ServiceTradeAccountsModuleAsyncOptions = AsyncOptions<
  ServiceTradeAccountsOptions,
  ServiceTradeAccountsOptionsFactory
>

/** Makes the options of the clients of many accounts: what `useClass` and `useExisting` of `forAccountsAsync` name. */
export interface ServiceTradeAccountsOptionsFactory {
  createServiceTradeAccountsOptions(name?: string): ServiceTradeAccountsOptions | Promise<ServiceTradeAccountsOptions>
}

/** What the client is provided under: the class {@link ServiceTrade} itself, unless it has a name. */
export function getServiceTradeToken(name?: string): InjectionToken<ServiceTrade> {
  return name === undefined ? ServiceTrade : `ServiceTrade(${name})`
}

/** Injects the client of `ServiceTradeModule.forRoot`. */
export function InjectServiceTrade(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getServiceTradeToken(name))
}

/** What the clients of many accounts are provided under. */
export function getServiceTradeAccountsToken(name?: string): InjectionToken<Sessions<ServiceTrade>> {
  return name === undefined ? 'ServiceTradeAccounts' : `ServiceTradeAccounts(${name})`
}

/** Injects the clients of `ServiceTradeModule.forAccounts`, a `Sessions<ServiceTrade>`. */
export function InjectServiceTradeAccounts(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getServiceTradeAccountsToken(name))
}

const one: Kept<ServiceTradeOptions, ServiceTradeOptionsFactory, ServiceTrade> = {
  token: getServiceTradeToken,
  open: (options) => new ServiceTrade(options),
  ask: (factory, name) => factory.createServiceTradeOptions(name),
}

const many: Kept<ServiceTradeAccountsOptions, ServiceTradeAccountsOptionsFactory, Sessions<ServiceTrade>> = {
  token: getServiceTradeAccountsToken,
  open: openAccounts,
  ask: (factory, name) => factory.createServiceTradeAccountsOptions(name),
}

/**
 * Provides clients of ServiceTrade. A bad option is a `ConfigurationError` that names it, and fails the start of the
 * application. With the application the clients are closed, and nobody is logged out.
 */
export class ServiceTradeModule {
  /** The client of one account. */
  static forRoot(options: ServiceTradeModuleOptions): DynamicModule {
    return keptModule(ServiceTradeModule, one, options)
  }

  /** The client of one account, with options that are made when the application starts. */
  static forRootAsync(options: ServiceTradeModuleAsyncOptions): DynamicModule {
    return keptModuleAsync(ServiceTradeModule, one, options)
  }

  /** The clients of many accounts, each opened when it is first asked for. Nothing of it is scoped to a request. */
  static forAccounts(options: ServiceTradeAccountsModuleOptions): DynamicModule {
    return keptModule(ServiceTradeModule, many, options)
  }

  /** The clients of many accounts, with options that are made when the application starts. */
  static forAccountsAsync(options: ServiceTradeAccountsModuleAsyncOptions): DynamicModule {
    return keptModuleAsync(ServiceTradeModule, many, options)
  }
}

Module({})(ServiceTradeModule)
