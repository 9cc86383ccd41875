import { ServiceTrade, type ServiceTradeOptions } from '@latchkey/servicetrade'
import { defaultUser, type Emulator, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'
import { type DynamicModule, Inject, type InjectionToken, Module } from '@nestjs/common'
import { readOptions } from '@latchkey/core'
import { type Placement, placementKinds } from './async-options.ts'
import { Opened } from './opened.ts'
import { getServiceTradeToken } from './service-trade-module.ts'

export interface ServiceTradeTestingOptions extends Placement {
  /** What the emulator is started with. Default: one user and a small company. */
  emulator?: EmulatorOptions | undefined
  /** What the client is made with, beside the emulator's address. Default: the emulator's first user, a store of its own. */
  client?: Partial<ServiceTradeOptions> | undefined
}

/** What the emulator is provided under. */
export function getEmulatorToken(name?: string): InjectionToken<Emulator> {
  return name === undefined ? 'ServiceTradeEmulator' : `ServiceTradeEmulator(${name})`
}

/** Injects the emulator of `ServiceTradeTestingModule.forRoot`. */
export function InjectEmulator(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getEmulatorToken(name))
}

/** Stands in for `ServiceTradeModule` in tests: a real client, of an emulator of its own. */
export class ServiceTradeTestingModule {
  /** Starts an emulator with the application, and closes it with the application. It keeps no process from ending. */
  static forRoot(options: ServiceTradeTestingOptions = {}): DynamicModule {
    const { emulator: emulatorOptions = {}, client, ...placement } = options
    const { name, isGlobal = true } = readOptions('ServiceTradeTestingModule', placement, placementKinds)
    const token = getServiceTradeToken(name)
    const emulatorToken = getEmulatorToken(name)
    return {
      module: ServiceTradeTestingModule,
      global: isGlobal,
      providers: [
        Opened,
        {
          provide: emulatorToken,
          inject: [Opened],
          useFactory: async (opened: Opened) => {
            const emulator = opened.keep(await startEmulator(emulatorOptions))
            // Nest closes nothing of an application that fails to start.
            emulator.unref()
            return emulator
          },
        },
        {
          provide: token,
          inject: [Opened, emulatorToken],
          useFactory: (opened: Opened, { url }: Emulator) =>
            opened.keep(new ServiceTrade({ ...firstUser(emulatorOptions), ...client, baseUrl: url })),
        },
      ],
      exports: [token, emulatorToken],
    }
  }
}

Module({})(ServiceTradeTestingModule)

function firstUser({ users, accounts }: EmulatorOptions): { username: string; password: string } {
  const { username, password } = users?.[0] ?? accounts?.[0]?.users[0] ?? defaultUser
  return { username, password }
}
