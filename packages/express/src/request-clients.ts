/**
 * What `latchkey()` puts on `req`, by name. Extend it, and both `req` and the options of `latchkey()` are typed:
 *
 *     declare module '@latchkey/express' {
 *       interface RequestClients {
 *         st: ServiceTradeCalls
 *       }
 *     }
 */
export interface RequestClients {}

declare global {
  namespace Express {
    interface Request extends RequestClients {}
  }
}

/** What the client under a name has to yield. Names that are not declared take any. */
export type ViewAs<Name extends string> = Name extends keyof RequestClients ? RequestClients[Name] : object
