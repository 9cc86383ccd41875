import { Router } from 'express'
import type { Database } from './database.ts'

/** Where `contentUrl` points. As with the vendor's storage, it takes no session. */
export function filesRouter(db: Database): Router {
  const router = Router()
  router.get('/:id', (request, response) => {
    const file = db.attachment.get(Number(request.params.id))
    if (file === undefined) return void response.status(404).end()
    return void response.type(file.fileType).send(Buffer.from(file.bytes))
  })
  return router
}
