export type { ServiceTradeAccountsOptions } from './service-trade-accounts.ts'
export {
  getServiceTradeAccountsToken,
  getServiceTradeToken,
  InjectServiceTrade,
  InjectServiceTradeAccounts,
  type ServiceTradeAccountsModuleAsyncOptions,
  type ServiceTradeAccountsModuleOptions,
  type ServiceTradeAccountsOptionsFactory,
  ServiceTradeModule,
  type ServiceTradeModuleAsyncOptions,
  type ServiceTradeModuleOptions,
  type ServiceTradeOptionsFactory,
} from './service-trade-module.ts'
