import type { Job, List, Page, Resource, ServiceTradeCalls } from '@latchkey/servicetrade'
import { expectTypeOf, test } from 'vitest'

interface Gadget extends Resource {
  knobs: number
}

// As a user's project does it. Every file of the tests' program sees it: hence the telling names.
declare module '@latchkey/servicetrade' {
  interface Job {
    onlyInAugmentationTest?: 'by the test'
  }
  interface ResourceLists {
    gadget: { item: Gadget; key: 'gadgetry' }
  }
}

const answer = async (): Promise<unknown> => null
const st = { get: answer, post: answer, list: () => [] } as unknown as ServiceTradeCalls

test('a field that a user adds to an interface is there in answers', () => {
  type Added = 'by the test' | undefined
  expectTypeOf<Job['onlyInAugmentationTest']>().toEqualTypeOf<Added>()
  const read = async () => (await st.get('/job/1')).onlyInAugmentationTest
  expectTypeOf(read).returns.resolves.toEqualTypeOf<Added>()
  const page = async () => (await st.get('/job')).jobs[0]?.onlyInAugmentationTest
  expectTypeOf(page).returns.resolves.toEqualTypeOf<Added>()
  expectTypeOf<Job>().toHaveProperty('status')
})

test('a resource that a user adds is known to the calls', () => {
  expectTypeOf(st.get('/gadget/1')).resolves.toEqualTypeOf<Gadget>()
  expectTypeOf(st.get('/gadget')).resolves.toEqualTypeOf<Page<'gadgetry', Gadget>>()
  expectTypeOf(st.post('/gadget', {})).resolves.toEqualTypeOf<Gadget>()
  expectTypeOf(st.list('/gadget')).toEqualTypeOf<List<Gadget>>()
})
