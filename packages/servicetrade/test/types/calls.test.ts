import type {
  Appointment,
  Attachment,
  Company,
  CurrentUser,
  ExternalId,
  Heartbeat,
  Job,
  JobItem,
  List,
  Page,
  ServiceTradeCalls,
  Tag,
} from '@latchkey/servicetrade'
import { expectTypeOf, test } from 'vitest'

// Nothing is sent: what is looked at is how the compiler sees the answers.
const answer = async (): Promise<unknown> => null
const st = {
  get: answer,
  post: answer,
  put: answer,
  delete: answer,
  attach: answer,
  list: () => [],
} as unknown as ServiceTradeCalls

interface Mine {
  readonly mine: string
}

const id: number = 1
const text: string = 'x'

test('a GET of one resource has its type, by a literal path or a template', () => {
  expectTypeOf(st.get('/job/1')).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.get(`/job/${id}`)).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.get(`/job/${text}`)).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.get(`/job/${encodeURIComponent(text)}`)).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.get(`/job/${JSON.parse('1')}`)).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.get('/job/1?x=a/b')).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.get(`/company/${id}`, {}, {})).resolves.toEqualTypeOf<Company>()
  expectTypeOf(st.get(`/jobitem/${id}?x=${text}`)).resolves.toEqualTypeOf<JobItem>()
})

test('a GET of the path of a list has the type of a page, under the key that the API uses', () => {
  interface JobPage {
    jobs: Job[]
    page: number
    totalPages: number
  }
  expectTypeOf(st.get('/job')).resolves.toEqualTypeOf<JobPage>()
  expectTypeOf(st.get('/job?status=all')).resolves.toEqualTypeOf<JobPage>()
  expectTypeOf(st.get(`/job?number=${id}`)).resolves.toEqualTypeOf<JobPage>()
  expectTypeOf(st.get('/job', { status: 'all' })).resolves.toEqualTypeOf<JobPage>()
  expectTypeOf(st.get('/company')).resolves.toEqualTypeOf<Page<'companies', Company>>()
  expectTypeOf(st.get('/history')).resolves.toHaveProperty('histories')
  expectTypeOf(st.get('/deficiency')).resolves.toHaveProperty('deficiencies')
  expectTypeOf(st.get('/jobitem')).resolves.toHaveProperty('jobItems')
  expectTypeOf(st.get('/libitem')).resolves.toHaveProperty('libItems')
  expectTypeOf(st.get('/servicerequest')).resolves.toHaveProperty('servicerequests')
})

test('the paths that are no resources have types of their own', () => {
  expectTypeOf(st.get('/')).resolves.toEqualTypeOf<Heartbeat>()
  expectTypeOf(st.get('/auth')).resolves.toEqualTypeOf<CurrentUser>()
  expectTypeOf(st.get(`/externalid/3/${id}/erp`)).resolves.toEqualTypeOf<ExternalId>()
  expectTypeOf(st.get('/externalid/3/12')).resolves.toBeUnknown()
})

test('an answer at a path that is not known is unknown', () => {
  const path: string = '/job/1'
  expectTypeOf(st.get(path)).resolves.toBeUnknown()
  expectTypeOf(st.get(`${path}/${id}`)).resolves.toBeUnknown()
  expectTypeOf(st.get(`/${text}/${id}`)).resolves.toBeUnknown()
  expectTypeOf(st.get('/custom')).resolves.toBeUnknown()
  expectTypeOf(st.get('/jobs')).resolves.toBeUnknown()
  expectTypeOf(st.get('/Job/1')).resolves.toBeUnknown()
  expectTypeOf(st.get('/job/')).resolves.toBeUnknown()
  expectTypeOf(st.get('/job/1/clockevent')).resolves.toBeUnknown()
  expectTypeOf(st.get(`/job/${id}/clockevent`)).resolves.toBeUnknown()
  expectTypeOf(st.post('/job/1')).resolves.toBeUnknown()
  expectTypeOf(st.put('/job')).resolves.toBeUnknown()
  expectTypeOf(st.list('/job/1')).toEqualTypeOf<List<unknown>>()
  expectTypeOf(st.list(path)).toEqualTypeOf<List<unknown>>()
})

test('a path that is one of several has an answer that is one of several', () => {
  const path = '/job/1' as '/job/1' | '/tag/1'
  expectTypeOf(st.get(path)).resolves.toEqualTypeOf<Job | Tag>()
  const known = '/job/1' as '/job/1' | '/custom'
  expectTypeOf(st.get(known)).resolves.toBeUnknown()
})

test('a POST to a list and a PUT to a resource have the type of the resource, whatever the body', () => {
  expectTypeOf(st.post('/job', { locationId: 1, type: 'repair', undocumented: [1] })).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.post('/tag?x=1', { name: 'x' })).resolves.toEqualTypeOf<Tag>()
  expectTypeOf(st.put('/job/1', { description: 'x' })).resolves.toEqualTypeOf<Job>()
  expectTypeOf(st.put(`/appointment/${id}`, { released: true })).resolves.toEqualTypeOf<Appointment>()
})

test('a DELETE has null, and an upload has an attachment', () => {
  expectTypeOf(st.delete('/job/1')).resolves.toBeNull()
  const params = { purposeId: 1, entityType: 3, entityId: 1 }
  expectTypeOf(st.attach(params, { value: Buffer.from('x') })).resolves.toEqualTypeOf<Attachment>()
  expectTypeOf(st.attach<Mine>(params, { value: Buffer.from('x') })).resolves.toEqualTypeOf<Mine>()
})

test('the items of a list have their type', async () => {
  for await (const job of st.list('/job', { status: '*' })) expectTypeOf(job).toEqualTypeOf<Job>()
  expectTypeOf(st.list('/company')).toEqualTypeOf<List<Company>>()
  expectTypeOf(st.list('/jobitem?jobId=1')).toEqualTypeOf<List<JobItem>>()
  expectTypeOf(st.list('/custom')).toEqualTypeOf<List<unknown>>()
})

test('a type that is named wins, at paths that are known as well', () => {
  expectTypeOf(st.get<{ id: number }>('/job/1')).resolves.toEqualTypeOf<{ id: number }>()
  expectTypeOf(st.get<Mine>('/custom')).resolves.toEqualTypeOf<Mine>()
  expectTypeOf(st.get<Mine | null>(`/job/${id}`)).resolves.toEqualTypeOf<Mine | null>()
  expectTypeOf(st.get<string>('/custom')).resolves.toBeString()
  expectTypeOf(st.get<any>('/job/1')).resolves.toBeAny()
  expectTypeOf(st.post<any>('/job')).resolves.toBeAny()
  expectTypeOf(st.put<any>('/job/1')).resolves.toBeAny()
  expectTypeOf(st.list<any>('/job')).toEqualTypeOf<List<any>>()
  expectTypeOf(st.post<Mine>('/job', {})).resolves.toEqualTypeOf<Mine>()
  expectTypeOf(st.put<Mine>('/job/1', {})).resolves.toEqualTypeOf<Mine>()
  expectTypeOf(st.delete<Mine>('/job/1')).resolves.toEqualTypeOf<Mine>()
  expectTypeOf(st.list<Mine>('/job')).toEqualTypeOf<List<Mine>>()
})

test('a type that the caller expects is taken at paths that are not known, and checked at those that are', () => {
  const load = <T>(path: string): Promise<T> => st.get(path)
  expectTypeOf(load<Mine>('/custom')).resolves.toEqualTypeOf<Mine>()
  const custom = (): Promise<Mine> => st.post('/custom')
  expectTypeOf(custom()).resolves.toEqualTypeOf<Mine>()
  const known = (): Promise<{ id: number }> => st.post('/job', {})
  expectTypeOf(known()).resolves.toEqualTypeOf<{ id: number }>()
  // @ts-expect-error: a job has no such field
  const wrong = (): Promise<Mine> => st.get('/job/1')
  expectTypeOf(wrong()).resolves.toEqualTypeOf<Mine>()
})

test('a stand-in for the client can be as simple as before', () => {
  const fake = { get: <T>(_path: string): Promise<T> => Promise.resolve({} as T) }
  expectTypeOf(fake).toExtend<Pick<ServiceTradeCalls, 'get'>>()
  expectTypeOf<Parameters<ServiceTradeCalls['get']>[0]>().toBeString()
})

test('what is no path or no parameter is refused', () => {
  const refused = [
    // @ts-expect-error: a path is a text
    () => st.get(1),
    // @ts-expect-error: a parameter is no object
    () => st.get('/job', { status: { is: 'new' } }),
    // @ts-expect-error: no such option
    () => st.get('/job/1', {}, { timeOut: 1 }),
  ]
  expectTypeOf(refused).toBeArray()
})
