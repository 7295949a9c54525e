/** The condition of an ASOF join: equalities of keys and one inequality of times. */
import { GatewayError } from '../../base/errors.ts';
import type { BoundExpr, BoundFrom } from '../bound.ts';
import { conjunctsOf, relationsOf } from '../expr-tools.ts';
import type { FromScope } from '../scope.ts';

type AsofJoin = Extract<BoundFrom, { kind: 'asofJoin' }>;

function wrongCondition(): GatewayError {
  return new GatewayError(
    'WRONG_ARGUMENTS',
    'ASOF JOIN takes equalities and one of >=, >, <=, < between columns of the left and the right table, joined by AND',
  );
}

const flipped = { '>=': '<=', '>': '<', '<=': '>=', '<': '>' } as const;
type Inequality = keyof typeof flipped;
const isInequality = (name: string): name is Inequality => name in flipped;

/** Which side's relations alone an expression reads. */
function sideOf(expr: BoundExpr, left: FromScope, right: FromScope): 'left' | 'right' | 'neither' {
  const used = [...relationsOf(expr)];
  const within = (scope: FromScope): boolean =>
    used.length > 0 && used.every((id) => scope.relations.some((relation) => relation.id === id));
  return within(left) ? 'left' : within(right) ? 'right' : 'neither';
}

/** Splits the ON of an ASOF join. Error 1210 for any other form. */
export function asofConditions(
  on: BoundExpr | null,
  left: FromScope,
  right: FromScope,
): Pick<AsofJoin, 'equalities' | 'inequality'> {
  const equalities: { left: BoundExpr; right: BoundExpr }[] = [];
  let inequality: AsofJoin['inequality'] | undefined;
  for (const term of conjunctsOf(on)) {
    if (term.kind !== 'call' || term.args.length !== 2) throw wrongCondition();
    const [a, b] = term.args as [BoundExpr, BoundExpr];
    const sides = [sideOf(a, left, right), sideOf(b, left, right)];
    const swapped = sides[0] === 'right';
    if (!sides.includes('left') || !sides.includes('right')) throw wrongCondition();
    const pair = swapped ? { left: b, right: a } : { left: a, right: b };
    if (term.name === '=') equalities.push(pair);
    else if (isInequality(term.name) && inequality === undefined) {
      inequality = { operator: swapped ? flipped[term.name] : term.name, ...pair };
    } else throw wrongCondition();
  }
  if (inequality === undefined) throw wrongCondition();
  return { equalities, inequality };
}
