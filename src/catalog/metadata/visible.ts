/** The part of the catalog that an account may know of: what SHOW and information_schema tell it. */
import type { Access } from '../access.ts';
import { sameAccount } from '../accounts.ts';
import type { AccountName } from '../schema.ts';
import type { CatalogContents } from './context.ts';

/** Whether the account may read all accounts, their grants included. */
export const seesAccounts = (access: Access): boolean => access.onDatabase('mysql').has('SELECT');

/** Whether the account may know of every server. */
export const seesServers = (access: Access): boolean =>
  access.global.has('CREATE SERVER') || access.global.has('SUPER');

function* filtered<T>(items: Iterable<T>, keep: (item: T) => boolean): Iterable<T> {
  for (const item of items) if (keep(item)) yield item;
}

/** A view of the catalog; iterables are made anew each time that they are asked for. */
export function visibleCatalog(catalog: CatalogContents, access: Access, own: AccountName): CatalogContents {
  return {
    get databases() {
      return filtered(catalog.databases, ({ name }) => access.seesDatabase(name));
    },
    get servers() {
      return seesServers(access)
        ? catalog.servers
        : filtered(catalog.servers, ({ name }) => access.usesServer(name));
    },
    get accounts() {
      return seesAccounts(access)
        ? catalog.accounts
        : filtered(catalog.accounts, (account) => sameAccount(account, own));
    },
    relations(database) {
      return filtered(catalog.relations(database), ({ name }) => access.seesRelation(database, name));
    },
  };
}
