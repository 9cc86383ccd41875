import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkDirectives, configurationFile, type Directives, wholeNumber } from './configuration.ts'
import { findRedis, type RedisProgram } from './find-redis.ts'
import { type Launched, launch } from './launch.ts'
import { portTries, randomPort } from './ports.ts'
import { ask } from './resp.ts'
import { until } from './until.ts'

export interface RedisOptions {
  /**
   * Directives of `redis.conf` on top of those that are set already, with values as they stand there:
   * `{ maxmemory: '1mb' }`. With `requirepass`, {@link RedisServer.send} logs in.
   */
  readonly config?: Directives
  /** Default: a free one. Starting fails if this one is taken. */
  readonly port?: number
}

/** A Redis server on 127.0.0.1 that this process started, and that ends with this process at the latest. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
  /** As in `redis://127.0.0.1:12345`. */
  readonly url: string
  /** The process of the server that runs now, or ran last. With Docker, that of the client. */
  readonly pid: number
  /** Stops the process where it is: connections stay open and nothing is answered. Rejects if it does not run. */
  freeze(): Promise<void>
  /** Lets a frozen process go on, with all that came in meanwhile. Rejects if it does not run. */
  thaw(): Promise<void>
  /** Ends the process as a crash would, frozen or not. Resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port, killing it first if it runs: empty, unless `config` keeps data on disk. */
  restart(): Promise<void>
  /**
   * Sends one command on a connection of its own. Resolves to the reply: strings, numbers, null and arrays of
   * them. Rejects with an error reply, and when there is no reply within 5 s.
   */
  send(...args: string[]): Promise<unknown>
  /** Ends it and removes its files. Once it has been called, calling it again does nothing. */
  stop(): Promise<void>
}

/** Starts a standalone server that keeps nothing on disk. Resolves when it answers. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { config = {}, port } = options
  checkDirectives('config', config)
  if (port !== undefined) wholeNumber('port', port, 1, 65_535)
  return startServer({ save: '', appendonly: 'no', ...config }, { port })
}

/** Starts a server of either kind with these directives, and as many ports as it takes to find a free one. */
export async function startServer(
  directives: Directives,
  { port, sentinel = false }: { port?: number | undefined; sentinel?: boolean } = {},
): Promise<RedisServer> {
  const program = await findRedis()
  for (let tries = 1; ; tries++) {
    const server = new Server(program, port ?? randomPort(), directives, sentinel)
    try {
      await server.restart()
      return server
    } catch (error) {
      await server.stop()
      const another = error instanceof PortTaken && port === undefined && tries < portTries
      if (!another) throw error
    }
  }
}

class PortTaken extends Error {}

class Server implements RedisServer {
  readonly port: number
  readonly url: string
  readonly #program: RedisProgram
  readonly #folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-'))
  readonly #file = join(this.#folder, 'redis.conf')
  readonly #args: readonly string[]
  readonly #password: string | undefined
  #launched: Launched | undefined
  #stopped = false

  constructor(program: RedisProgram, port: number, directives: Directives, sentinel: boolean) {
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
    this.#program = program
    this.#args = sentinel ? [this.#file, '--sentinel'] : [this.#file]
    this.#password = directives['requirepass']
    const own = { port: String(port), bind: '127.0.0.1', dir: this.#folder, daemonize: 'no' }
    writeFileSync(this.#file, configurationFile({ ...own, ...directives }), { mode: 0o600 })
  }

  get pid(): number {
    return this.#launched!.pid
  }

  async freeze(): Promise<void> {
    await this.#running().signal('SIGSTOP')
  }

  async thaw(): Promise<void> {
    await this.#running().signal('SIGCONT')
  }

  async kill(): Promise<void> {
    const launched = this.#launched
    if (launched?.running !== true) return
    await launched.signal('SIGKILL')
    await launched.exited
  }

  async restart(): Promise<void> {
    if (this.#stopped) throw new Error(`the server on port ${this.port} was stopped for good`)
    await this.kill()
    const launched = await launch(this.#program, this.#folder, this.#args)
    this.#launched = launched
    await until(`the start of the server on port ${this.port}`, async () => {
      if (!launched.running) throw this.#failure()
      return this.#answers()
    })
  }

  send(...args: string[]): Promise<unknown> {
    return this.#ask(args)
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #ask(args: string[], limit?: number): Promise<unknown> {
    const password = this.#password === undefined ? {} : { password: this.#password }
    return ask({ host: '127.0.0.1', port: this.port, ...password }, args, limit)
  }

  /**
   * Whether it is this server that answers, with its data: on a port that is taken another one does, while this
   * one gives up.
   */
  async #answers(): Promise<boolean> {
    try {
      const info = String(await this.#ask(['INFO'], 1000))
      return info.includes(`config_file:${this.#file}\r\n`) && !info.includes('loading:1\r\n')
    } catch {
      return false
    }
  }

  #running(): Launched {
    if (this.#launched?.running !== true) throw new Error(`the server on port ${this.port} is not running`)
    return this.#launched
  }

  #failure(): Error {
    const log = readFileSync(join(this.#folder, 'log'), 'utf8').trim()
    // The C library of Alpine, and so of the image, leaves out a word.
    if (/address (already )?in use/i.test(log)) return new PortTaken(`port ${this.port} of 127.0.0.1 is taken`)
    return new Error(`the server on port ${this.port} does not start. Its log ends with:\n${log.slice(-1000)}`)
  }
}
