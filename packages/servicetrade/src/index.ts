export type { AttachFile, AttachParams } from './attach.ts'
export type { CallOptions } from './call-options.ts'
export { ServiceTradeError, type Validation } from './errors.ts'
export {
  type ServiceTradeCredentials,
  serviceTradeDefaults,
  type ServiceTradeOptions,
  type ServiceTradeSettings,
  type SessionCredentials,
} from './options.ts'
export type { Query } from './query.ts'
export { ServiceTrade } from './service-trade.ts'
export { SessionAuthenticator, type SessionAuthenticatorOptions } from './session-authenticator.ts'
export { interruptTimes, type ScriptContext, withServiceTrade } from './with-service-trade.ts'
