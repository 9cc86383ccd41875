import { type Dispatcher, FormData } from 'undici'
import { Spool, spoolLimit } from './spool.ts'

type DispatchBody = Dispatcher.DispatchOptions['body']

/** A request's body, to be opened once per dispatch. */
export interface Body {
  /** Whether a reset may find the body spent, so that it is worth asking first. */
  readonly isFragile: boolean
  /** Whether it can be opened again. */
  readonly isReplayable: boolean
  /** For a request that names no `content-type` itself. */
  readonly contentType?: string
  open(): DispatchBody | Promise<DispatchBody>
  /** Lets go of what was not read. */
  dispose(): void
}

/**
 * Sorts out what can be sent again. Not left to undici: it sends a generator that was read before as an
 * empty body, without a word.
 */
export function toBody(body: unknown, declaredLength: number | undefined): Body {
  if (typeof body === 'function') return reopenable(body as () => unknown)
  if (body instanceof URLSearchParams) {
    return { ...lasting(body.toString()), contentType: 'application/x-www-form-urlencoded;charset=UTF-8' }
  }
  if (isFormData(body)) return lasting(toUndiciFormData(body))
  if (isStream(body)) return spooled(body, declaredLength)
  return lasting(body)
}

const nothing = (): void => {}

function lasting(body: unknown): Body {
  return { isFragile: false, isReplayable: true, open: () => body as DispatchBody, dispose: nothing }
}

const unfold = (body: unknown): DispatchBody => toBody(body, 0).open() as DispatchBody

function reopenable(open: () => unknown): Body {
  return {
    isFragile: false,
    isReplayable: true,
    open: () => {
      const body = open()
      return body instanceof Promise ? body.then(unfold) : unfold(body)
    },
    dispose: nothing,
  }
}

function spooled(source: AsyncIterable<unknown> | Iterable<unknown>, declaredLength = Number.POSITIVE_INFINITY): Body {
  const spool = new Spool(source)
  return {
    isFragile: declaredLength > spoolLimit,
    get isReplayable() {
      return spool.isReplayable
    },
    open: () => spool.open() as unknown as DispatchBody,
    dispose: () => void spool.dispose().catch(nothing),
  }
}

export function isFormData(body: unknown): body is FormData {
  return (
    typeof body === 'object' &&
    body !== null &&
    (body as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'FormData' &&
    'entries' in body
  )
}

/** undici takes only forms of its own making, Node's built-in ones come from another copy of it. */
export function toUndiciFormData(form: FormData): FormData {
  if (form instanceof FormData) return form
  const copy = new FormData()
  for (const [name, value] of form as Iterable<[string, string | File]>) {
    if (typeof value === 'string') copy.append(name, value)
    else copy.append(name, value, value.name)
  }
  return copy
}

function isStream(body: unknown): body is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body) || body instanceof Blob) return false
  return Symbol.asyncIterator in body || Symbol.iterator in body
}
