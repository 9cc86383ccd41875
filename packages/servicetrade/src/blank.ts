/** A text without the secrets that a server may have quoted in it, as they are or as JSON has them. */
export function blank(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (blanked, secret) =>
      blanked.replaceAll(secret, '[secret]').replaceAll(JSON.stringify(secret).slice(1, -1), '[secret]'),
    text,
  )
}
