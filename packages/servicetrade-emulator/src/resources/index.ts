import { Router } from 'express'
import type { State } from '../state.ts'
import { appointment } from './appointment.ts'
import { attachment } from './attachment.ts'
import { comment } from './comment.ts'
import { company } from './company.ts'
import { contact } from './contact.ts'
import { job } from './job.ts'
import { location } from './location.ts'
import { mount } from './resource.ts'
import { tag } from './tag.ts'
import { user } from './user.ts'

export function resourceRouter(state: State): Router {
  const router = Router()
  const { db } = state
  mount(router, state, appointment, db.appointment)
  mount(router, state, attachment, db.attachment)
  mount(router, state, comment, db.comment)
  mount(router, state, company, db.company)
  mount(router, state, contact, db.contact)
  mount(router, state, job, db.job)
  mount(router, state, location, db.location)
  mount(router, state, tag, db.tag)
  mount(router, state, user, db.user)
  return router
}
