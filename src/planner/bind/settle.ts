/**
 * `@v := expr` within an expression of a SELECT list, taken apart: the value without assignments, and for each
 * variable that is assigned the expression of what it then holds. Both are computed from what the variables held
 * before the item, so an item that reads what it assigned itself is refused.
 */
import { notSupported } from '../../base/errors.ts';
import type { Expr } from '../../sql/ast.ts';
import { walk } from '../../sql/walk.ts';

export interface Settled {
  readonly value: Expr;
  /** By the variable's name in lower case. */
  readonly assigned: ReadonlyMap<string, Expr>;
}

const isNode = (node: object): node is Expr => 'kind' in node;

/** Whether an assignment stands anywhere in it, its subqueries included. */
export function containsAssignment(root: object): boolean {
  let found = false;
  walk(root, (node) => {
    found ||= isNode(node) && node.kind === 'assignVariable';
    return !found;
  });
  return found;
}

type Assigned = Map<string, Expr>;

const span = ({ start, end }: Expr): { readonly start: number; readonly end: number } => ({ start, end });

/** Refuses to read a variable that the same item has assigned before. */
function refuseReads(root: Expr, assigned: Assigned): void {
  if (assigned.size === 0) return;
  walk(root, (node) => {
    if (isNode(node) && node.kind === 'userVariable' && assigned.has(node.name.toLowerCase())) {
      throw notSupported(`reading @${node.name} in the expression that assigns it`);
    }
    return true;
  });
}

/** What a variable holds when nothing on this branch assigned it. */
const heldBefore = (name: string, at: Expr): Expr => ({ kind: 'userVariable', name, ...span(at) });

function settleCase(expr: Extract<Expr, { kind: 'case' }>, assigned: Assigned): Expr {
  const operand = expr.operand === null ? null : settleInto(expr.operand, assigned);
  const branches: { readonly when: Expr | null; readonly value: Expr | null; readonly assigned: Assigned }[] =
    [];
  const branch = (when: Expr | null, value: Expr | null): void => {
    if (when !== null && containsAssignment(when)) throw notSupported(':= in WHEN');
    if (when !== null) refuseReads(when, assigned);
    const own: Assigned = new Map(assigned);
    branches.push({ when, value: value === null ? null : settleInto(value, own), assigned: own });
  };
  for (const { when, then } of expr.whens) branch(when, then);
  branch(null, expr.else);
  const choose = (of: (index: number) => Expr | null): Expr => ({
    kind: 'case',
    operand,
    // biome-ignore lint/suspicious/noThenProperty: the branch of a CASE; nothing awaits a node
    whens: expr.whens.map(({ when }, index) => ({ when, then: of(index)! })),
    else: of(expr.whens.length),
    ...span(expr),
  });
  const value = choose((index) => branches[index]!.value);
  for (const name of new Set(branches.flatMap((each) => [...each.assigned.keys()]))) {
    assigned.set(
      name,
      choose((index) => branches[index]!.assigned.get(name) ?? heldBefore(name, expr)),
    );
  }
  return value;
}

/** Functions that do not evaluate all of their arguments. */
const lazy = new Set(['COALESCE', 'IFNULL']);

function settleCall(expr: Extract<Expr, { kind: 'call' }>, assigned: Assigned): Expr {
  const name = expr.name.toUpperCase();
  if (lazy.has(name)) throw notSupported(`:= in ${name}`);
  const [condition, whenTrue, whenFalse] = expr.args;
  if (name !== 'IF' || condition === undefined || whenTrue === undefined || whenFalse === undefined) {
    return { ...expr, args: expr.args.map((arg) => settleInto(arg, assigned)) };
  }
  // biome-ignore lint/suspicious/noThenProperty: the branch of a CASE; nothing awaits a node
  const whens = [{ when: condition, then: whenTrue }];
  return settleCase({ kind: 'case', operand: null, whens, else: whenFalse, ...span(expr) }, assigned);
}

function settleInto(expr: Expr, assigned: Assigned): Expr {
  if (!containsAssignment(expr)) {
    refuseReads(expr, assigned);
    return expr;
  }
  const settle = (child: Expr): Expr => settleInto(child, assigned);
  switch (expr.kind) {
    case 'assignVariable': {
      const value = settle(expr.value);
      assigned.set(expr.name.toLowerCase(), value);
      return value;
    }
    case 'case':
      return settleCase(expr, assigned);
    case 'call':
      return settleCall(expr, assigned);
    case 'unary':
    case 'is':
    case 'cast':
    case 'convertUsing':
    case 'collate':
      return { ...expr, operand: settle(expr.operand) };
    case 'binary':
      return { ...expr, left: settle(expr.left), right: settle(expr.right) };
    case 'between':
      return { ...expr, operand: settle(expr.operand), low: settle(expr.low), high: settle(expr.high) };
    default:
      throw notSupported(
        `:= in ${expr.kind === 'and' || expr.kind === 'or' ? expr.kind.toUpperCase() : 'this expression'}`,
      );
  }
}

/** Takes the assignments out of an item of a SELECT list. Error 1235 where they cannot be. */
export function settleAssignments(expr: Expr): Settled {
  const assigned: Assigned = new Map();
  return { value: settleInto(expr, assigned), assigned };
}
