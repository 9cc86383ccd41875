import type { ExternalId } from './external-id.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { ResourceLists } from './lists.ts'
import type { CurrentUser } from './user.ts'

type Listed = keyof ResourceLists

/** The paths of lists whose items are known: `'/job'`, `'/job?status=all'`. */
export type ListPath = `/${Listed}` | `/${Listed}?${string}`

/** The paths of single resources: `'/job/1'`. Longer ones, which are not known, pass for such, and are `unknown`. */
export type ItemPath = `/${Listed}/${string}`

/** The paths at which it is known what a GET answers with. */
export type ResourcePath = '/' | '/auth' | ListPath | ItemPath | `/externalid/${string}`

/** One page of a list, as a GET of its path answers: `Page<'jobs', Job>` has `jobs`, `page` and `totalPages`. */
export type Page<Key extends string, Item> = { [K in Key | 'page' | 'totalPages']: K extends Key ? Item[] : number }

/**
 * What a GET of that path answers with: the resource, or for the path of a list one page of it. `unknown` for a path
 * that is not known, or is no literal.
 */
export type ResourceOf<P extends string> = unknown extends P ? P : AnswerAt<WithoutQuery<P>>

/** What the items of a list at that path are, and what a POST to it answers with. `unknown` for any other path. */
export type ItemOf<P extends string> = unknown extends P
  ? P
  : WithoutQuery<P> extends `/${infer Name}`
    ? ItemNamed<Name>
    : unknown

type WithoutQuery<P extends string> = P extends `${infer Path}?${string}` ? Path : P

type AnswerAt<Path extends string> = Path extends '/'
  ? Heartbeat
  : Path extends '/auth'
    ? CurrentUser
    : Path extends `/externalid/${infer Rest}`
      ? ExternalIdAt<Rest>
      : Path extends `/${infer Name}/${infer Id}`
        ? ItemAt<Name, Id>
        : Path extends `/${infer Name}`
          ? PageNamed<Name>
          : unknown

type ItemAt<Name extends string, Id extends string> = Id extends '' | `${string}/${string}` ? unknown : ItemNamed<Name>

/** One by its system; what the answer is without one is not known. */
type ExternalIdAt<Rest extends string> = Rest extends `${string}/${string}/${infer System}`
  ? System extends '' | `${string}/${string}`
    ? unknown
    : ExternalId
  : unknown

type ItemNamed<Name extends string> = Name extends Listed ? ResourceLists[Name]['item'] : unknown

type PageNamed<Name extends string> = Name extends Listed
  ? Page<ResourceLists[Name]['key'], ResourceLists[Name]['item']>
  : unknown
