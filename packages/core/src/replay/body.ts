import type { Dispatcher, FormData } from 'undici'
import { classNameOf } from './class-name.ts'
import { isStreaming, type Streaming } from './source.ts'
import { Spool, spoolLimit } from './spool.ts'
import { loadUndici } from '../undici.ts'

type DispatchBody = Dispatcher.DispatchOptions['body']

/** A request's body, to be opened once per dispatch. */
export interface Body {
  /** Whether a reset may find the body spent, so that it is worth asking first. */
  readonly isFragile: boolean
  /** Whether it can be opened again. */
  readonly isReplayable: boolean
  /** For a request that names no `content-type` itself. Known once the body is open. */
  readonly contentType?: string | undefined
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
  if (isFormData(body)) return formed(body)
  if (isStreaming(body)) return spooled(body, declaredLength)
  return lasting(body)
}

const nothing = (): void => {}

/** One for all requests without a body. */
export const noBody = lasting(null)

function lasting(body: unknown): Body {
  return { isFragile: false, isReplayable: true, open: () => body as DispatchBody, dispose: nothing }
}

function formed(body: FormData): Body {
  const copy = toUndiciFormData(body)
  copy.catch(() => {})
  return { isFragile: false, isReplayable: true, open: () => copy, dispose: nothing }
}

function reopenable(make: () => unknown): Body {
  let current: Body | undefined
  let disposed = false
  const unfold = (made: unknown): DispatchBody => {
    current?.dispose()
    current = toBody(made, 0)
    const opened = current.open() as DispatchBody
    if (disposed) current.dispose()
    return opened
  }
  return {
    isFragile: false,
    isReplayable: true,
    get contentType() {
      return current?.contentType
    },
    open: () => {
      const made = make()
      return made instanceof Promise ? made.then(unfold) : unfold(made)
    },
    dispose: () => {
      disposed = true
      current?.dispose()
    },
  }
}

function spooled(source: Streaming, declaredLength = Number.POSITIVE_INFINITY): Body {
  const spool = new Spool(source)
  return {
    isFragile: declaredLength > spoolLimit,
    get isReplayable() {
      return spool.isReplayable
    },
    open: () => spool.open() as unknown as DispatchBody,
    dispose: () => spool.dispose(),
  }
}

export function isFormData(body: unknown): body is FormData {
  return classNameOf(body) === 'FormData' && 'entries' in (body as object)
}

/** undici takes only forms of its own making, Node's built-in ones come from another copy of it. */
export async function toUndiciFormData(form: FormData): Promise<FormData> {
  const { FormData } = await loadUndici()
  if (form instanceof FormData) return form
  const copy = new FormData()
  for (const [name, value] of form as Iterable<[string, string | File]>) {
    if (typeof value === 'string') copy.append(name, value)
    else copy.append(name, value, value.name)
  }
  return copy
}
