export type { AsyncOptions, Placement } from './async-options.ts'
export { CallerSignal } from './caller-signal.ts'
export {
  getSessionsToken,
  getSessionToken,
  InjectSession,
  InjectSessions,
  LatchkeyModule,
  type LatchkeyModuleAsyncOptions,
  type LatchkeyModuleOptions,
  type LatchkeyOptionsFactory,
  type LatchkeyTenantsAsyncOptions,
  type LatchkeyTenantsOptions,
  type LatchkeyTenantsOptionsFactory,
} from './latchkey-module.ts'
export { SessionExceptionFilter } from './session-exception-filter.ts'
