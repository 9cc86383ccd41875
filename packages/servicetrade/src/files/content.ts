import { Readable } from 'node:stream'
import { ConfigurationError } from '@latchkey/core'

/** What a file can be read from. */
export type AttachSource = Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>

type Chunk = Uint8Array | string

/** A file that is being read, once. */
export interface Opened {
  readonly content: AsyncIterable<Chunk>
  /** Lets go of it, even in the middle of a read that never ends. */
  release(): void
}

/** Whether it can be read, and was not read before as far as one can tell. */
export function isSource(value: unknown): value is AttachSource {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Uint8Array || value instanceof Blob) return true
  if (!(Symbol.asyncIterator in value)) return false
  return !Readable.isDisturbed(value as unknown as Readable) && (value as Partial<ReadableStream>).locked !== true
}

export function openContent(value: AttachSource): Opened {
  if (value instanceof Uint8Array) return draw([value].values())
  const stream = value instanceof Blob ? value.stream() : value
  if (stream instanceof ReadableStream) {
    const reader = stream.getReader()
    return draw({ next: () => reader.read() }, () => reader.cancel())
  }
  const iterator = stream[Symbol.asyncIterator]()
  if (!isNodeStream(stream)) return draw(iterator, () => iterator.return?.())
  // It may fail while nobody reads it yet, during a login, say: reading it will tell.
  stream.on('error', () => {})
  return draw(iterator, () => stream.destroy())
}

/** Opens what a function returns each time it is called. */
export function reopener(make: () => unknown): () => Promise<Opened> {
  const takes = 'a function that returns bytes, a Blob or a stream of its own each time it is called'
  const before = new WeakSet<object>()
  return async () => {
    const made = await make()
    if (!isSource(made) || isSpent(made, before)) throw new ConfigurationError('value', takes, made)
    return openContent(made)
  }
}

/** Nothing tells of a generator that it was read: it would be sent as if it were empty. */
function isSpent(made: AttachSource, before: WeakSet<object>): boolean {
  if (made instanceof Uint8Array || made instanceof Blob || made instanceof ReadableStream || isNodeStream(made)) {
    return false
  }
  // What can be read more than once has an iterator for each time. Asking for one reads nothing.
  const iterator = made[Symbol.asyncIterator]()
  if (before.has(iterator)) return true
  before.add(iterator)
  return false
}

interface Draws {
  next(): Promise<IteratorResult<Chunk, unknown>> | IteratorResult<Chunk, unknown>
}

/** A source that is let go of however its reading ends: `letGo` is called once, at the end or before it. */
export function draw(source: Draws, letGo: () => unknown = () => {}): Opened {
  let isOver = false
  const release = (): void => {
    if (isOver) return
    isOver = true
    // Nobody is left to be told of an error.
    void (async () => letGo())().catch(() => {})
  }
  async function* read(): AsyncGenerator<Chunk, void> {
    try {
      for (;;) {
        const { value, done } = await source.next()
        // A source that is let go of may just end: what came so far must not be taken for the whole.
        if (isOver) throw new Error('The file was let go before its end')
        if (done === true) return
        yield value
      }
    } finally {
      release()
    }
  }
  return { content: read(), release }
}

function isNodeStream(stream: object): stream is Readable {
  const { on, destroy } = stream as { on?: unknown; destroy?: unknown }
  return typeof on === 'function' && typeof destroy === 'function'
}
