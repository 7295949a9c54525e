import { GatewayError } from '../base/errors.ts';
import type { SessionFactory, SessionIdentity } from '../session/api.ts';
import { capability, serverStatus } from '../wire/capabilities.ts';
import { charsetInfo, decodeText } from '../wire/charset.ts';
import { writeColumnDefinition } from '../wire/column-definition.ts';
import type { Command } from '../wire/command.ts';
import { writeEndOfRows } from '../wire/eof.ts';
import { type QueryAttributes, readQueryAttributes, wantsCursor } from '../wire/execute-request.ts';
import { writePrepareResponse } from '../wire/prepare-response.ts';
import { decodeStatement } from '../wire/query-text.ts';
import type { Cursors } from './cursors.ts';
import type { PreparedStatements } from './prepared-statements.ts';
import { type Exchange, openCursor, writeCursorRows, writePlainOk, writeResult } from './result-writer.ts';

export interface CommandContext extends Exchange {
  readonly sessions: SessionFactory;
  readonly identity: SessionIdentity;
  readonly statements: PreparedStatements;
  readonly cursors: Cursors;
  /** Whether one COM_QUERY may hold several statements; COM_SET_OPTION changes it. */
  multiStatements: boolean;
}

/** The commands that concern the connection itself; the connection handles them. */
export type ConnectionCommand = Extract<Command, { kind: 'quit' | 'changeUser' }>;

const parametersMax = 0xffff;

/** Commands that leave a query under way alone. */
const besideCursors: ReadonlySet<Command['kind']> = new Set([
  'stmtFetch',
  'stmtClose',
  'stmtReset',
  'stmtSendLongData',
  'ping',
  'statistics',
  'resetConnection',
]);

/** Runs one command and writes its reply. Rejects with what the client is to be told. */
export async function dispatch(
  context: CommandContext,
  command: Exclude<Command, ConnectionCommand>,
): Promise<void> {
  if (context.cursors.size > 0 && !besideCursors.has(command.kind)) await context.cursors.detach();
  switch (command.kind) {
    case 'query':
      return runQuery(context, command.sql);
    case 'stmtExecute':
      return execute(context, command.statementId, command.body);
    case 'stmtPrepare':
      return prepare(context, command.sql);
    case 'stmtSendLongData':
      context.statements.appendLongData(command.statementId, command.parameter, command.data);
      return;
    case 'stmtClose':
      context.statements.delete(command.statementId);
      await context.cursors.close(command.statementId);
      context.session.closeStatement(command.statementId);
      return;
    case 'stmtReset':
      context.statements.reset(command.statementId);
      await context.cursors.close(command.statementId);
      writePlainOk(context);
      return;
    case 'ping':
      writePlainOk(context);
      return;
    case 'initDb':
      await context.session.useDatabase(textOf(context, command.database));
      writePlainOk(context);
      return;
    case 'resetConnection':
      context.statements.clear();
      await context.cursors.closeAll();
      await context.session.reset();
      context.multiStatements = (context.capabilities & capability.multiStatements) !== 0;
      writePlainOk(context);
      return;
    case 'setOption':
      context.multiStatements = command.multiStatements;
      writeEnd(context);
      return;
    case 'fieldList':
      return listFields(context, command);
    case 'statistics':
      writeBareText(context, context.sessions.statistics());
      return;
    case 'processKill':
      context.sessions.kill(command.connectionId, 'connection', context.identity);
      writePlainOk(context);
      return;
    case 'stmtFetch':
      return fetchRows(context, command.statementId, command.rowCount);
    case 'shutdown':
    case 'debug':
      throw new GatewayError(
        'ACCESS_DENIED_COMMAND',
        'Access denied; you need (at least one of) the SHUTDOWN privilege(s) for this operation',
      );
    case 'unknown':
      throw new GatewayError('UNKNOWN_COMMAND', 'Unknown command');
  }
}

const textOf = (context: CommandContext, bytes: Buffer): string =>
  decodeText(bytes, charsetInfo(context.session.clientCharset).name);

const sendsAttributes = (context: CommandContext): boolean =>
  (context.capabilities & capability.queryAttributes) !== 0;

function statementText(context: CommandContext, sql: Buffer): string {
  return decodeStatement(sql, {
    charset: charsetInfo(context.session.clientCharset).name,
    backslashEscapes: (context.session.statusFlags & serverStatus.noBackslashEscapes) === 0,
  });
}

function readQuery(
  context: CommandContext,
  body: Buffer,
): { readonly sql: Buffer; readonly attributes?: QueryAttributes } {
  return sendsAttributes(context)
    ? readQueryAttributes(body, charsetInfo(context.session.clientCharset).name)
    : { sql: body };
}

async function runQuery(context: CommandContext, body: Buffer): Promise<void> {
  const { sql, attributes } = readQuery(context, body);
  const text = statementText(context, sql);
  const { multiStatements } = context;
  let answered = false;
  for await (const { result, hasMore } of context.session.query(text, { multiStatements, attributes })) {
    answered = true;
    const sent = writeResult(context, result, { binary: false, hasMore });
    if (sent !== undefined) await sent;
  }
  if (!answered) throw new GatewayError('EMPTY_QUERY', 'Query was empty');
}

async function execute(context: CommandContext, statementId: number, body: Buffer): Promise<void> {
  const { session, cursors } = context;
  const bound = context.statements.bind(session, statementId, body, sendsAttributes(context));
  await cursors.close(statementId);
  const result = await session.execute(statementId, bound.parameters, bound.attributes);
  if (result.kind === 'rows' && wantsCursor(body)) {
    cursors.add(statementId, await openCursor(context, result));
  } else {
    const sent = writeResult(context, result, { binary: true, hasMore: false });
    if (sent !== undefined) await sent;
  }
}

/** The cursor ends with its last row, or with an error. */
async function fetchRows(context: CommandContext, statementId: number, rowCount: number): Promise<void> {
  const { cursors } = context;
  const cursor = cursors.get(statementId);
  let failed = true;
  try {
    await writeCursorRows(context, cursor, rowCount);
    failed = false;
  } finally {
    if (failed || cursor.exhausted) await cursors.close(statementId);
  }
}

async function prepare(context: CommandContext, sql: Buffer): Promise<void> {
  const { session } = context;
  const statement = await session.prepare(statementText(context, sql));
  if (statement.parameterCount > parametersMax) {
    session.closeStatement(statement.id);
    throw new GatewayError('TOO_MANY_PLACEHOLDERS', 'Prepared statement contains too many placeholders');
  }
  context.statements.add(statement.id);
  const response = {
    statementId: statement.id,
    parameterCount: statement.parameterCount,
    columns: statement.columns,
    status: session.statusFlags,
    deprecateEof: (context.capabilities & capability.deprecateEof) !== 0,
  };
  writePrepareResponse(context.channel.writer, response, charsetInfo(session.resultCharset));
}

async function listFields(
  context: CommandContext,
  command: Extract<Command, { kind: 'fieldList' }>,
): Promise<void> {
  const columns = await context.sessions.fieldList(context.session, textOf(context, command.table));
  const charset = charsetInfo(context.session.resultCharset);
  const wanted = nameFilter(textOf(context, command.wildcard));
  for (const column of columns) {
    if (wanted(column.name))
      writeColumnDefinition(context.channel.writer, column, charset, { withDefault: true });
  }
  writeEnd(context);
}

/** The names that COM_FIELD_LIST's wildcard, a LIKE pattern, selects. */
function nameFilter(wildcard: string): (name: string) => boolean {
  const pattern = wildcard.toLowerCase();
  return (name) => wildcard === '' || matchesWildcard(name.toLowerCase(), pattern);
}

/** `%` and `_`, in time at most the product of the lengths: a mismatch goes back to the last `%` only. */
function matchesWildcard(text: string, pattern: string): boolean {
  let at = 0;
  let index = 0;
  let lastPercent = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[index] === '%') {
      lastPercent = index++;
      resume = at;
    } else if (pattern[index] === '_' || pattern[index] === text[at]) {
      index++;
      at++;
    } else if (lastPercent >= 0) {
      index = lastPercent + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[index] === '%') index++;
  return index === pattern.length;
}

function writeEnd(context: CommandContext): void {
  const deprecateEof = (context.capabilities & capability.deprecateEof) !== 0;
  const status = context.session.statusFlags;
  writeEndOfRows(context.channel.writer, { deprecateEof, status, warnings: 0 });
}

/** COM_STATISTICS is answered by a packet that is nothing but text. */
function writeBareText(context: CommandContext, text: string): void {
  const { writer } = context.channel;
  writer.begin();
  writer.text(text);
  writer.end();
}
