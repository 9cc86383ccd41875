import { PassThrough, pipeline, Readable, type Stream } from 'node:stream'
import { ConfigurationError } from '../errors.ts'

/** What a body is read from. */
export interface Source {
  next(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>
  /** Lets go of it, even in the middle of a read that never ends. */
  release(): void
}

export type Streaming = AsyncIterable<unknown> | Iterable<unknown> | Stream

export function isStreaming(body: unknown): body is Streaming {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body) || body instanceof Blob) return false
  return Symbol.asyncIterator in body || Symbol.iterator in body || isNodeStream(body)
}

/** @throws {ConfigurationError} for a stream that was read before: it would be sent as if it were empty */
export function openSource(body: Streaming): Source {
  if (
    (body as Readable).readableEnded ||
    (body instanceof ReadableStream && Readable.isDisturbed(body as unknown as Readable))
  )
    throw new ConfigurationError('body', 'a stream that nobody has read before', body)
  if (body instanceof ReadableStream) {
    const reader = body.getReader()
    return { next: () => reader.read(), release: () => quietly(() => reader.cancel()) }
  }
  if (!isNodeStream(body)) return fromIterator(body)
  const stream = Symbol.asyncIterator in body ? (body as Readable) : modernised(body)
  // An error that comes while nobody reads would end the process. The next read meets it.
  stream.on('error', () => {})
  return { next: fromIterator(stream).next, release: () => quietly(() => stream.destroy()) }
}

function fromIterator(body: AsyncIterable<unknown> | Iterable<unknown>): Source {
  const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]()
  return { next: () => iterator.next(), release: () => quietly(() => iterator.return?.()) }
}

/** Nobody is left to be told of an error. */
function quietly(act: () => unknown): void {
  void (async () => act())().catch(() => {})
}

function isNodeStream(body: object): body is Stream {
  const { pipe, on } = body as { pipe?: unknown; on?: unknown }
  return typeof pipe === 'function' && typeof on === 'function'
}

/** Streams of the first generation, as the form-data package still makes them, can only be piped. */
function modernised(stream: Stream): Readable {
  return pipeline(stream as Readable, new PassThrough(), () => {})
}
