import { ServiceTradeError } from '../errors.ts'

/** Shorter parts of a URL are no secrets, and may as well be words of a message. */
const shortestSecret = 12
/** A message may have been cut off within the URL. */
const shortestTrace = 6

/** The error without a URL that the server may have quoted, whole or in part. */
export function withoutUrl(error: ServiceTradeError, url: string): ServiceTradeError {
  const clean = (text: string): string => redact(text, url)
  if (clean(error.message) === error.message) return error
  const { status, method, path, retryAfter, messages, validation } = error
  return new ServiceTradeError({
    status,
    method,
    path,
    retryAfter,
    messages: messages.map(clean),
    validation: Object.fromEntries(Object.entries(validation).map(([name, texts]) => [clean(name), texts.map(clean)])),
  })
}

function redact(text: string, url: string): string {
  const secrets = url.split(/[^\w-]+/).filter((part) => part.length >= shortestSecret)
  const isTrace = (word: string): boolean =>
    word.length >= shortestTrace && secrets.some((secret) => secret.includes(word) || word.includes(secret))
  return text
    .replaceAll(/https?(:|%3a)\S*/gi, '[URL]')
    .replaceAll(/[\w-]+/g, (word) => (isTrace(word) ? '[URL]' : word))
}
