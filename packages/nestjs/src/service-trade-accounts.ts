import { kinds, Sessions, takeOption, type TokenStore } from '@latchkey/core'
import { ServiceTrade, type ServiceTradeCredentials, type ServiceTradeSettings } from '@latchkey/servicetrade'

/** The clients of many accounts. Beside what is here, each takes the settings of a `ServiceTrade`. */
export interface ServiceTradeAccountsOptions extends Omit<ServiceTradeSettings, 'store'> {
  /** Where the sessions of all accounts are shared. Stays open: it is yours. */
  store: TokenStore
  /** How to log in to an account. Called when it is opened; what it throws is thrown to all who asked for the account. */
  credentials: (account: string) => ServiceTradeCredentials | Promise<ServiceTradeCredentials>
  /** How many accounts are kept open; past it the one that was asked for least recently is dropped. Default 1,000. */
  limit?: number | undefined
  /** How long an account that nobody asks for is kept open, ms. Default 600,000. */
  idleTime?: number | undefined
}

const credentialsKind = kinds.callable<ServiceTradeAccountsOptions['credentials']>(
  'a function that tells the credentials of an account',
)

/** @throws {ConfigurationError} for an unknown option or a bad value */
export async function openAccounts(options: ServiceTradeAccountsOptions): Promise<Sessions<ServiceTrade>> {
  const { store, credentials: given, limit, idleTime, ...settings } = options
  const credentials = takeOption('credentials', given, credentialsKind)
  const accounts = new Sessions<ServiceTrade>({
    store,
    limit,
    idleTime,
    open: async (account, shared) => new ServiceTrade({ ...settings, ...(await credentials(account)), ...shared }),
  })
  // A setting that no account could be opened with is to be known when the application starts.
  await new ServiceTrade({ ...settings, username: 'nobody', password: 'none', store }).close()
  return accounts
}
