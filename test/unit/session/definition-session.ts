import { GatewayError } from '../../../src/base/errors.ts';
import { type CatalogSnapshot, emptyCatalog } from '../../../src/catalog/catalog.ts';
import type { RelationDef, TableDef } from '../../../src/catalog/schema.ts';
import type { DdlContext, DdlPlan, FoundColumn } from '../../../src/session/ddl/context.ts';
import { isDdl, planDdl } from '../../../src/session/ddl/ddl.ts';
import { parseStatement } from '../../../src/sql/parse/parse.ts';
import { findTimeZone } from '../../../src/time/time-zone.ts';
import { int, varchar } from '../../../src/types/sql-type.ts';

const start = emptyCatalog.apply(
  [
    { kind: 'putDatabase', database: { name: 'shop', collation: 'utf8mb4_0900_bin' } },
    { kind: 'putDatabase', database: { name: 'other', collation: 'utf8mb4_0900_bin' } },
  ],
  1,
);

/** A catalog that runs DDL text the way a session does, without storage. */
export class DefinitionSession {
  catalog: CatalogSnapshot = start;
  database: string | undefined = 'shop';
  timeZone = 'UTC';
  /** What any bound query's columns are. */
  queryColumns: readonly FoundColumn[] = [
    { name: 'id', type: int(), nullable: false },
    { name: 'label', type: varchar(9), nullable: true },
  ];
  readonly nowUs = 1_600_000_000_123_456n;

  async plan(text: string): Promise<DdlPlan> {
    const parsed = parseStatement(text);
    if (parsed === null || !isDdl(parsed.statement)) throw new Error(`no DDL: ${text}`);
    return planDdl(parsed.statement, this.#context());
  }

  /** Plans and applies; returns the warnings' texts. */
  async run(text: string): Promise<string[]> {
    const plan = await this.plan(text);
    this.catalog = this.catalog.apply(plan.changes, this.catalog.version + 1);
    return plan.warnings.map(({ level, errno, message }) => `${level} ${errno} ${message}`);
  }

  /** The error number and message of a statement that must fail. */
  async fail(text: string): Promise<string> {
    try {
      await this.plan(text);
    } catch (error) {
      if (error instanceof GatewayError) return `${error.errno} ${error.message}`;
      throw error;
    }
    throw new Error(`did not fail: ${text}`);
  }

  relation(name: string): RelationDef {
    const relation = this.catalog.relation('shop', name);
    if (relation === undefined) throw new Error(`no ${name}`);
    return relation;
  }

  table(name: string): TableDef {
    const relation = this.relation(name);
    if (relation.kind !== 'table') throw new Error(`${name} is a ${relation.kind}`);
    return relation;
  }

  #context(): DdlContext {
    return {
      catalog: this.catalog,
      database: this.database,
      account: { user: 'root', host: '%' },
      collation: 'utf8mb4_0900_bin',
      nowUs: this.nowUs,
      timeZone: findTimeZone(this.timeZone)!,
      generatesKeys: false,
      strict: true,
      newTemporaryId: () => 1_000_000,
      bindQuery: () => ({ text: 'select 1', columns: this.queryColumns, objects: [], updatable: true }),
      discoverColumns: async () => this.queryColumns,
      checkServer() {},
    };
  }
}
