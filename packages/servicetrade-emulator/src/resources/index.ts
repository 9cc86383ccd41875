import { Router } from 'express'
import type { State } from '../state.ts'
import { job } from './job.ts'
import { mount } from './resource.ts'
import { user } from './user.ts'

export function resourceRouter(state: State): Router {
  const router = Router()
  const { db } = state
  mount(router, state, job, db.job)
  mount(router, state, user, db.user)
  return router
}
