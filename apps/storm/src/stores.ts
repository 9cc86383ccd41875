import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenStore } from '@latchkey/core'
import { FileTokenStore } from '@latchkey/store-file'
import { MemoryTokenStore } from '@latchkey/store-memory'
import type { StorePlan } from './options.ts'

/** A place for the workers' store: its own folder (mode 0700, as mkdtemp makes them) unless the user named a file. */
export function placeStore(plan: StorePlan): { plan: StorePlan; isTemporary: boolean; remove: () => void } {
  if (plan.kind === 'memory') return { plan, isTemporary: true, remove: () => {} }
  if (plan.path !== undefined) return { plan, isTemporary: false, remove: () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-storm-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  return { plan: { kind: 'file', path: join(folder, 'sessions.db') }, isTemporary: true, remove }
}

/** Opens a worker's store. By now every file has a path. */
export function openStore(plan: StorePlan): TokenStore {
  return plan.kind === 'memory' ? new MemoryTokenStore() : new FileTokenStore({ path: plan.path! })
}
