import { expect, test } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { Jobs } from '../src/jobs.ts'

const open = (): Jobs => new Jobs(openDatabase(undefined))
const job = (updated: number, name = 'job'): { id: number; updated: number; name: string } => ({ id: 7, updated, name })

test('of two answers the newer stays, whichever comes last', () => {
  const jobs = open()
  const [first, second] = [jobs.ask(), jobs.ask()]
  jobs.put(job(20), second)
  jobs.put(job(10), first)
  expect(jobs.get(7)).toEqual(job(20))
})

test('an answer from before a job was deleted does not bring it back', () => {
  const jobs = open()
  jobs.put(job(10), jobs.ask())
  const [early, late] = [jobs.ask(), jobs.ask()]
  jobs.remove(7, late)
  jobs.put(job(20), early)
  expect(jobs.get(7)).toBeUndefined()
})

test('a job that was never there and is gone is kept from coming back as well', () => {
  const jobs = open()
  const [early, late] = [jobs.ask(), jobs.ask()]
  jobs.remove(7, late)
  jobs.put(job(20), early)
  expect(jobs.get(7)).toBeUndefined()
})

test('a job that is visible again comes back, though nothing of it has changed', () => {
  const jobs = open()
  jobs.put(job(10), jobs.ask())
  jobs.remove(7, jobs.ask())
  jobs.put(job(10, 'again'), jobs.ask())
  expect(jobs.get(7)).toEqual(job(10, 'again'))
})

test('an old word that a job is gone does not remove a job that was seen after it', () => {
  const jobs = open()
  const [early, late] = [jobs.ask(), jobs.ask()]
  jobs.put(job(10), late)
  jobs.remove(7, early)
  expect(jobs.get(7)).toEqual(job(10))
})

test('what is gone stays gone for a process that starts later, which brings newer answers', () => {
  const database = openDatabase(undefined)
  const before = new Jobs(database)
  const early = before.ask()
  before.remove(7, before.ask())
  const after = new Jobs(database)
  after.put(job(10), early)
  expect(after.get(7)).toBeUndefined()
  after.put(job(10), after.ask())
  expect(after.get(7)).toEqual(job(10))
})
