export { latchkey } from './latchkey.ts'
export type { LatchkeyOptions, RequestClient } from './latchkey-options.ts'
export type { ErrorMiddleware, Middleware } from './middleware.ts'
// Named, it could not be extended by way of this module.
export type * from './request-clients.ts'
export { sessionErrors, type SessionErrorsOptions } from './session-errors.ts'
export { type HealthReport, sessionHealth, type HealthSources } from './session-health.ts'
