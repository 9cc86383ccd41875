import { startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { startReceiver, subscribe } from './receiver.ts'
import { call, login, send } from './support.ts'

describe('the control endpoints', () => {
  test('tell the counters', async () => {
    await using api = await startEmulator()
    await login(api)
    const { status, json } = await send(`${api.control}/counters`)
    expect(status).toBe(200)
    expect(json).toEqual({ ...api.counters })
    expect(json).toMatchObject({ logins: 1, liveSessions: 1, requests: 0 })
  })

  test('reset all sessions', async () => {
    await using api = await startEmulator()
    await Promise.all([login(api), login(api)])
    const answer = await send(`${api.control}/reset`, { method: 'POST' })
    expect([answer.status, answer.json]).toEqual([200, { ended: 2 }])
    expect(api.counters).toMatchObject({ resets: 1, liveSessions: 0 })
  })

  test('reset the session of one token', async () => {
    await using api = await startEmulator()
    const [token, other] = [await login(api), await login(api)]
    const reset = () => send(`${api.control}/reset`, { method: 'POST', json: { token } })
    expect((await reset()).json).toEqual({ ended: 1 })
    expect((await reset()).json).toEqual({ ended: 0 })
    expect((await call(api, '/job/1', { token: other })).status).toBe(200)
  })

  test('make, change and remove what webhooks are told of', async () => {
    await using receiver = await startReceiver()
    await using api = await startEmulator()
    await subscribe(api, await login(api), receiver.url)
    const post = (path: string, json: object) => send(`${api.control}${path}`, { method: 'POST', json })
    const username = 'integration'
    const made = await post('/create', { kind: 'appointment', fields: { jobId: 1 }, username })
    expect([made.status, made.json]).toMatchObject([200, { status: 'unscheduled', job: { id: 1 } }])
    const { id } = made.json
    const changed = await post('/change', { kind: 'appointment', id, fields: { released: true } })
    expect([changed.status, changed.json]).toMatchObject([200, { id, released: true }])
    const removed = await post('/remove', { kind: 'appointment', id })
    expect([removed.status, removed.text]).toEqual([204, ''])
    const settled = await post('/settle', {})
    expect(settled.json).toEqual({ ...api.counters })
    expect(settled.json).toMatchObject({ webhooksDelivered: 3 })
    const events = ['created', 'updated', 'deleted'].map((action) => `appointment ${id} ${action}`)
    expect(receiver.events().toSorted()).toEqual(events.toSorted())
    expect(receiver.received.map(({ json }) => json.data[0].userId).toSorted()).toEqual([1, null, null])
  })

  test('set some faults and keep the others', async () => {
    await using api = await startEmulator({ latency: 5 })
    const answer = await send(`${api.control}/faults`, { method: 'PUT', json: { denyLogins: true } })
    expect(answer.json).toMatchObject({ denyLogins: true, latency: 5 })
    expect(api.faults.denyLogins).toBe(true)
    expect((await send(`${api.control}/faults`)).json).toEqual({ ...api.faults })
  })

  test.each([
    ['PUT', '/faults', { latency: 'long' }, 'faults.latency takes a time in ms'],
    ['PUT', '/faults', { denyLogins: true, latency: -1 }, 'faults.latency takes a time in ms'],
    ['PUT', '/faults', { latency: 1, lag: 3 }, 'faults.lag takes no value: it is unknown'],
    ['PUT', '/faults', [], 'faults takes an object, but got an array of 0'],
    ['PUT', '/faults', undefined, 'faults takes an object, but got undefined'],
    ['POST', '/reset', { token: 7 }, 'token takes a string that is not empty, but got 7'],
    ['POST', '/create', { fields: {} }, "kind takes 'appointment' or"],
    ['POST', '/create', { kind: 'tag', fields: {}, id: 1 }, 'id takes no value: it is unknown'],
    ['POST', '/change', { kind: 'job', id: 1, fields: { status: 'done' } }, 'fields.status takes one of new'],
    ['POST', '/change', undefined, 'change body takes an object, but got undefined'],
    ['POST', '/remove', { kind: 'job', id: 1 }, 'kind takes what can be removed'],
    ['POST', '/reset', { tokens: [] }, 'tokens takes no value: it is unknown'],
  ])('%s %s refuses %j and changes nothing', async (method, path, json, message) => {
    await using api = await startEmulator()
    const faults = { ...api.faults }
    await login(api)
    const answer = await send(`${api.control}${path}`, { method, json })
    expect(answer.status).toBe(400)
    expect(answer.json.error).toContain(message)
    expect({ ...api.faults }).toEqual(faults)
    expect(api.counters.liveSessions).toBe(1)
  })

  test('refuse what is not JSON without repeating it', async () => {
    await using api = await startEmulator()
    const headers = { 'content-type': 'application/json' }
    const answer = await send(`${api.control}/reset`, { method: 'POST', body: '{"token": "secret', headers })
    expect(answer.status).toBe(400)
    expect(answer.text).not.toContain('secret')
  })

  test('are neither counted nor held', async () => {
    await using api = await startEmulator()
    api.hold('request')
    api.faults.serverErrorRate = 1
    expect((await send(`${api.control}/counters`)).json.requests).toBe(0)
    expect((await send(`${api.control}/nothing`)).status).toBe(404)
  })
})

test('counters cannot be written', async () => {
  await using api = await startEmulator()
  expect(() => Object.assign(api.counters, { logins: 5 })).toThrow(TypeError)
})
