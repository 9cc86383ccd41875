import type { IncomingMessage, ServerResponse } from 'node:http'

export type Next = (error?: unknown) => void

/** Middleware in Node's own terms, so that it fits the types of Express 4 and 5 and any route's parameters. Never rejects. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void | Promise<void>

/** The same with an error in front. */
export type ErrorMiddleware = (error: unknown, req: IncomingMessage, res: ServerResponse, next: Next) => void
