import { Router } from 'express'
import type { State } from '../state.ts'
import { appointment } from './appointment.ts'
import { attachment } from './attachment.ts'
import { comment } from './comment.ts'
import { company } from './company.ts'
import { contact } from './contact.ts'
import { job } from './job.ts'
import type { Kind } from './kinds.ts'
import { location } from './location.ts'
import type { AnyResource } from './resource.ts'
import { mount } from './router.ts'
import { tag } from './tag.ts'
import { user } from './user.ts'
import { webhook } from './webhook.ts'

const resources = { appointment, attachment, comment, company, contact, job, location, tag, user, webhook }

/** The resource of a kind, for those who do not know what its entities are like. */
export const resourceOf = (kind: Kind): AnyResource => resources[kind] as unknown as AnyResource

export function resourceRouter(state: State): Router {
  const router = Router()
  for (const kind of Object.keys(resources) as Kind[]) mount(router, state, resourceOf(kind))
  return router
}
