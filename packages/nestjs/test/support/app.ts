import type { DynamicModule, INestApplication, LoggerService, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { onTestFinished } from 'vitest'

export const platforms = ['Express', 'Fastify'] as const
export type Platform = (typeof platforms)[number]

export interface RunningApp {
  readonly app: INestApplication
  /** As in `http://127.0.0.1:41000`. */
  readonly url: string
  readonly logger: MemoryLogger
  /** Once: Nest 11 would run its hooks again. */
  close(): Promise<void>
}

export interface StartOptions {
  readonly platform?: Platform
  readonly prepare?: (app: INestApplication) => void
}

/** An application that listens on a free port of loopback, until the test is finished. */
export async function startApp(
  root: Type | DynamicModule,
  { platform = 'Express', prepare }: StartOptions = {},
): Promise<RunningApp> {
  const logger = new MemoryLogger()
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter()
  const app = await NestFactory.create(root, adapter, { logger, abortOnError: false })
  let closed: Promise<void> | undefined
  const close = () => (closed ??= app.close())
  onTestFinished(close)
  prepare?.(app)
  await app.listen(0, '127.0.0.1')
  return { app, url: await app.getUrl(), logger, close }
}

/** An application without a server, for what is found out while it starts. */
export async function startContext(root: Type | DynamicModule) {
  const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false })
  onTestFinished(() => app.close())
  return app
}

/** A module that imports these. */
export function importing(...imports: DynamicModule[]): DynamicModule {
  class Root {}
  return { module: Root, imports }
}

interface LogLine {
  readonly level: string
  readonly text: string
}

/** Keeps what Nest logs at the levels that matter. */
export class MemoryLogger implements LoggerService {
  readonly lines: LogLine[] = []
  #onLine: ((line: LogLine) => void) | undefined

  /** The next line, or the last one if there is any. */
  async next(): Promise<LogLine> {
    return this.lines.at(-1) ?? new Promise((resolve) => (this.#onLine = resolve))
  }

  log(): void {}

  debug(message: unknown): void {
    this.#add('debug', message)
  }

  warn(message: unknown): void {
    this.#add('warn', message)
  }

  error(message: unknown): void {
    this.#add('error', message)
  }

  fatal(message: unknown): void {
    this.#add('fatal', message)
  }

  #add(level: string, message: unknown): void {
    const text = message instanceof Error ? (message.stack ?? message.message) : String(message)
    this.lines.push({ level, text })
    this.#onLine?.({ level, text })
  }
}
