/** JSON_VALUE(document, path RETURNING type … ON EMPTY … ON ERROR). */
import { GatewayError } from '../../base/errors.ts';
import type { Expr, JsonOnBehaviour } from '../../sql/ast.ts';
import { type SqlType, typeClass, varchar } from '../../types/sql-type.ts';
import type { BoundExpr } from '../bound.ts';
import { bindCall } from './call.ts';
import { nullLiteral, textLiteral } from './context.ts';
import { castType } from './conversion.ts';
import type { ExprEnv } from './env.ts';

type JsonValueExpr = Extract<Expr, { kind: 'jsonValue' }>;

/** What RETURNING makes of a value without it. */
const plainType: SqlType = varchar(512);

function returnedType(returning: JsonValueExpr['returning'], env: ExprEnv): SqlType {
  if (returning === null) return plainType;
  if (returning.name === 'year') return { kind: 'year' };
  const type = castType(returning, plainType, env.surroundings.collation);
  return type.kind === 'varchar' && returning.length === null ? { ...type, length: 512 } : type;
}

/** The word for the evaluator, and the default as a value of the type. */
function outcome(
  behaviour: JsonOnBehaviour | null,
  type: SqlType,
  env: ExprEnv,
): readonly [word: BoundExpr, value: BoundExpr] {
  if (behaviour?.kind !== 'default') return [textLiteral(behaviour?.kind ?? 'null'), nullLiteral];
  const value = env.bind(behaviour.value, env);
  if (typeClass(type) === 'json')
    throw new GatewayError('INVALID_DEFAULT', "Invalid default value for 'json_value'");
  return [textLiteral('default'), { kind: 'cast', arg: value, type, implicit: false }];
}

export function bindJsonValue(expr: JsonValueExpr, env: ExprEnv): BoundExpr {
  const type = returnedType(expr.returning, env);
  const [empty, emptyValue] = outcome(expr.onEmpty, type, env);
  const [error, errorValue] = outcome(expr.onError, type, env);
  const parts = [env.bind(expr.document, env), env.bind(expr.path, env)];
  const call = bindCall('JSON_VALUE', [...parts, empty, error, emptyValue, errorValue], env);
  return call.kind === 'call' ? { ...call, type } : call;
}
