/** TPC-H's tables (specification 1.4.1) in MySQL's dialect. */

export interface TpchTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly primaryKey: readonly string[];
  /** Secondary indexes for the server that needs them: the foreign keys and what the queries range over. */
  readonly indexes: readonly (readonly string[])[];
}

export const tables: readonly TpchTable[] = [
  {
    name: 'region',
    columns: ['r_regionkey BIGINT NOT NULL', 'r_name CHAR(25) NOT NULL', 'r_comment VARCHAR(152) NOT NULL'],
    primaryKey: ['r_regionkey'],
    indexes: [],
  },
  {
    name: 'nation',
    columns: [
      'n_nationkey BIGINT NOT NULL',
      'n_name CHAR(25) NOT NULL',
      'n_regionkey BIGINT NOT NULL',
      'n_comment VARCHAR(152) NOT NULL',
    ],
    primaryKey: ['n_nationkey'],
    indexes: [['n_regionkey']],
  },
  {
    name: 'supplier',
    columns: [
      's_suppkey BIGINT NOT NULL',
      's_name CHAR(25) NOT NULL',
      's_address VARCHAR(40) NOT NULL',
      's_nationkey BIGINT NOT NULL',
      's_phone CHAR(15) NOT NULL',
      's_acctbal DECIMAL(15,2) NOT NULL',
      's_comment VARCHAR(101) NOT NULL',
    ],
    primaryKey: ['s_suppkey'],
    indexes: [['s_nationkey']],
  },
  {
    name: 'customer',
    columns: [
      'c_custkey BIGINT NOT NULL',
      'c_name VARCHAR(25) NOT NULL',
      'c_address VARCHAR(40) NOT NULL',
      'c_nationkey BIGINT NOT NULL',
      'c_phone CHAR(15) NOT NULL',
      'c_acctbal DECIMAL(15,2) NOT NULL',
      'c_mktsegment CHAR(10) NOT NULL',
      'c_comment VARCHAR(117) NOT NULL',
    ],
    primaryKey: ['c_custkey'],
    indexes: [['c_nationkey']],
  },
  {
    name: 'part',
    columns: [
      'p_partkey BIGINT NOT NULL',
      'p_name VARCHAR(55) NOT NULL',
      'p_mfgr CHAR(25) NOT NULL',
      'p_brand CHAR(10) NOT NULL',
      'p_type VARCHAR(25) NOT NULL',
      'p_size INT NOT NULL',
      'p_container CHAR(10) NOT NULL',
      'p_retailprice DECIMAL(15,2) NOT NULL',
      'p_comment VARCHAR(23) NOT NULL',
    ],
    primaryKey: ['p_partkey'],
    indexes: [],
  },
  {
    name: 'partsupp',
    columns: [
      'ps_partkey BIGINT NOT NULL',
      'ps_suppkey BIGINT NOT NULL',
      'ps_availqty INT NOT NULL',
      'ps_supplycost DECIMAL(15,2) NOT NULL',
      'ps_comment VARCHAR(199) NOT NULL',
    ],
    primaryKey: ['ps_partkey', 'ps_suppkey'],
    indexes: [['ps_suppkey']],
  },
  {
    name: 'orders',
    columns: [
      'o_orderkey BIGINT NOT NULL',
      'o_custkey BIGINT NOT NULL',
      'o_orderstatus CHAR(1) NOT NULL',
      'o_totalprice DECIMAL(15,2) NOT NULL',
      'o_orderdate DATE NOT NULL',
      'o_orderpriority CHAR(15) NOT NULL',
      'o_clerk CHAR(15) NOT NULL',
      'o_shippriority INT NOT NULL',
      'o_comment VARCHAR(79) NOT NULL',
    ],
    primaryKey: ['o_orderkey'],
    indexes: [['o_custkey'], ['o_orderdate']],
  },
  {
    name: 'lineitem',
    columns: [
      'l_orderkey BIGINT NOT NULL',
      'l_partkey BIGINT NOT NULL',
      'l_suppkey BIGINT NOT NULL',
      'l_linenumber INT NOT NULL',
      'l_quantity DECIMAL(15,2) NOT NULL',
      'l_extendedprice DECIMAL(15,2) NOT NULL',
      'l_discount DECIMAL(15,2) NOT NULL',
      'l_tax DECIMAL(15,2) NOT NULL',
      'l_returnflag CHAR(1) NOT NULL',
      'l_linestatus CHAR(1) NOT NULL',
      'l_shipdate DATE NOT NULL',
      'l_commitdate DATE NOT NULL',
      'l_receiptdate DATE NOT NULL',
      'l_shipinstruct CHAR(25) NOT NULL',
      'l_shipmode CHAR(10) NOT NULL',
      'l_comment VARCHAR(44) NOT NULL',
    ],
    primaryKey: ['l_orderkey', 'l_linenumber'],
    indexes: [['l_partkey', 'l_suppkey'], ['l_suppkey'], ['l_shipdate']],
  },
];

/** CREATE TABLE up to its closing parenthesis, without secondary indexes. */
export function createTable(table: TpchTable): string {
  return `CREATE TABLE ${table.name} (${table.columns.join(', ')}, PRIMARY KEY (${table.primaryKey.join(', ')}))`;
}

/** Null when the table has no secondary index. */
export function addIndexes(table: TpchTable): string | null {
  if (table.indexes.length === 0) return null;
  return `ALTER TABLE ${table.name} ${table.indexes.map((columns) => `ADD INDEX (${columns.join(', ')})`).join(', ')}`;
}
