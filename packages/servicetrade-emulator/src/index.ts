export { ConfigurationError } from './configuration.ts'
export type { Counters } from './counters.ts'
export type { ActorOptions, ChangeableKind, EntityData } from './edits.ts'
export { type Emulator, startEmulator } from './emulator.ts'
export type { Faults } from './faults.ts'
export type { Hold, HoldKind, HoldOptions } from './holds.ts'
export {
  type AccountOptions,
  defaultClient,
  defaultUser,
  type EmulatorClient,
  type EmulatorOptions,
  type EmulatorUser,
  type LoginThrottleOptions,
  type OAuth2Options,
  type RetryAfterFormat,
  type SeedOptions,
  type ServerTimeBudgetOptions,
  type WebhookOptions,
} from './options.ts'
export type { OpenSession } from './sessions.ts'
