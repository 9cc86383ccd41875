import { type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import { FormData } from 'undici'
import { expect, test } from 'vitest'
import { startReceiver, subscribe } from './receiver.ts'
import { call, login, send } from './support.ts'

const acme = { username: 'acme', password: 'acme-password' }
const bolt = { username: 'bolt', password: 'bolt-password' }

const start = (seed?: object) =>
  startEmulator({
    accounts: [
      { name: 'Acme Fire', users: [acme] },
      { name: 'Bolt Sprinklers', users: [bolt], seed },
    ],
  })

const kinds = [
  ['job', 'jobs', '/job?status=*&limit=2000', { status: 'closed' }],
  ['appointment', 'appointments', '/appointment?status=scheduled,unscheduled,completed&limit=2000', { released: true }],
  ['location', 'locations', '/location?limit=2000', { name: 'x' }],
  ['company', 'companies', '/company?', { name: 'x' }],
  ['contact', 'contacts', '/contact?', { firstName: 'x' }],
  ['tag', 'tags', '/tag?', { name: 'x' }],
  ['user', 'users', '/user?', {}],
  ['webhook', 'webhooks', '/webhook?', { enabled: false }],
] as const

const list = async (api: Emulator, token: string, path: string, key: string) =>
  (await call(api, path, { token })).json.data[key].map(({ id }: { id: number }) => id) as number[]

test.each(kinds)('no session sees or changes a %s of another account', async (kind, key, path, json) => {
  await using api = await start()
  const tokens = [await login(api, acme), await login(api, bolt)] as const
  for (const token of tokens) await subscribe(api, token, 'https://hooks.example')
  const [own, others] = [await list(api, tokens[0], path, key), await list(api, tokens[1], path, key)]
  expect(own.length).toBeGreaterThan(0)
  expect(others.length).toBeGreaterThan(0)
  expect(own.filter((id) => others.includes(id))).toEqual([])
  for (const id of [others[0]!, others.at(-1)!]) {
    const before = (await call(api, `/${kind}/${id}`, { token: tokens[1] })).json.data
    expect(before.id).toBe(id)
    const readOnly = kind === 'user'
    for (const method of readOnly ? ['GET'] : ['GET', 'PUT']) {
      const answer = await call(api, `/${kind}/${id}`, {
        method,
        token: tokens[0],
        json: method === 'PUT' ? json : undefined,
      })
      expect([answer.status, answer.text]).toEqual([404, ''])
    }
    expect((await call(api, `/${kind}/${id}`, { token: tokens[1] })).json.data).toEqual(before)
  }
})

test('ids stay apart while both accounts grow', async () => {
  await using api = await start({ firstId: 5000 })
  const make = (account: string, locationId: number) =>
    api.create('job', { type: 'repair', locationId }, { account }).id
  const ids = [make('Acme Fire', 1), make('Bolt Sprinklers', 5000), make('Acme Fire', 1)]
  expect(ids).toEqual([5040, 5041, 5042])
})

test('jobs of two accounts can have one number', async () => {
  await using api = await start()
  const ids = []
  for (const user of [acme, bolt]) ids.push(await list(api, await login(api, user), '/job?number=10001', 'jobs'))
  expect(ids).toEqual([[1], [41]])
})

test('a login tells the account and its company', async () => {
  await using api = await start()
  const { data } = (await call(api, '/auth', { method: 'POST', json: bolt })).json
  expect(data.user).toMatchObject({
    username: 'bolt',
    account: { id: 2, name: 'Bolt Sprinklers' },
    company: { name: 'Bolt Sprinklers' },
    email: 'bolt@bolt-sprinklers.example',
  })
  const again = (await call(api, '/auth', { token: data.authToken })).json.data
  expect(again.user).toEqual(data.user)
})

test('nothing can refer to what another account has', async () => {
  await using api = await start()
  const token = await login(api, bolt)
  const post = (path: string, json: object) => call(api, path, { method: 'POST', token, json })
  expect((await post('/job', { type: 'repair', locationId: 1 })).status).toBe(400)
  expect((await post('/comment', { entityType: 3, entityId: 1, content: 'x' })).status).toBe(403)
  expect((await post('/tag', { name: 'Warranty' })).json.data.id).toBe(8)
})

test('each account has its own webhooks', async () => {
  await using receiver = await startReceiver()
  await using api = await start()
  await subscribe(api, await login(api, bolt), receiver.url)
  api.change('job', 1, { status: 'completed' })
  api.change('job', 41, { status: 'completed' })
  await api.webhooksSettled()
  expect(receiver.events()).toEqual(['job 41 updated'])
})

test('files of all accounts can be fetched', async () => {
  await using api = await start()
  for (const [user, entityId] of [
    [acme, '1'],
    [bolt, '41'],
  ] as const) {
    const body = new FormData()
    for (const [name, value] of Object.entries({ purposeId: '7', entityType: '3', entityId })) body.append(name, value)
    body.append('uploadedFile', new File([user.username], 'x.txt'))
    const { data } = (await call(api, '/attachment', { method: 'POST', token: await login(api, user), body })).json
    expect((await send(data.contentUrl)).text).toBe(user.username)
  }
})

test('usernames are unique over all accounts, technicians included', async () => {
  await using api = await start()
  const names: string[] = []
  for (const user of [acme, bolt]) {
    const { users } = (await call(api, '/user', { token: await login(api, user) })).json.data
    names.push(...users.map(({ username }: { username: string }) => username))
  }
  expect(new Set(names).size).toBe(names.length)
})
