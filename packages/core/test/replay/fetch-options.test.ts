import { LoginRefusedError } from '@latchkey/core'
import { Headers } from 'undici'
import { expect, test } from 'vitest'
import { startApi } from '../support/scripted-api.ts'
import { openSession } from './kit.ts'

test('what is sent is what was given, whatever becomes of it meanwhile', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const url = new URL('/job?page=1', api.origin)
  const headers = new Headers({ 'x-page': '1' })
  const call = kit.session.fetch(url, { method: 'PUT', body: 'a', headers })
  url.searchParams.set('page', '2')
  headers.set('x-page', '2')
  expect(await (await call).json()).toMatchObject({ path: '/job?page=1', headers: { 'x-page': '1' } })
})

test('a reason of the caller is its own, whatever caused it', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  const reason = new Error('stop', { cause: new LoginRefusedError('refused') })
  await expect(kit.session.fetch(api.origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test.each([[null], ['a text'], [undefined]])('an abort with %o comes out as with fetch', async (reason) => {
  await using api = await startApi()
  await using kit = openSession(api)
  await kit.session.grant()
  const aborted = await Promise.allSettled(
    [kit.session.fetch, fetch].map((one) =>
      one.call(kit.session, api.origin, { signal: abortedWith(reason) } as never),
    ),
  )
  expect(aborted[0]).toEqual(aborted[1])
  expect(aborted[0]).toMatchObject({ status: 'rejected' })
})

test('no options may be given as null, and bad ones reject', async () => {
  await using api = await startApi()
  await using kit = openSession(api)
  expect(await kit.session.fetch(`${api.origin}/job`, null)).toMatchObject({ status: 200 })
  await expect(kit.session.fetch('no url')).rejects.toThrow(TypeError)
  await expect(kit.session.fetch(`${api.origin}/job`, 'options' as never)).rejects.toThrow(/^init takes an object/)
})

function abortedWith(reason: unknown): AbortSignal {
  const controller = new AbortController()
  controller.abort(reason)
  return controller.signal
}
