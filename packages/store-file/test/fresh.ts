import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileTokenStore } from '@latchkey/store-file'
import { onTestFinished } from 'vitest'

/** Permissions mean nothing to root: whoever tests them is somebody else. */
export const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  if (nobody.uid) chownSync(folder, nobody.uid, nobody.uid)
  return folder
}

export function openStore(path: string): FileTokenStore {
  const store = new FileTokenStore({ path })
  onTestFinished(() => store.close())
  return store
}
