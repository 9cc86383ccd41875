import { FileTokenStore } from '@latchkey/store-file'

export function open(path: string): FileTokenStore {
  return new FileTokenStore({ path })
}
