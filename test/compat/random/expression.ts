/** Random expressions and conditions over the columns of a scope. */
import { commonForms, conditionForms, forms, words } from './forms.ts';
import { build, leaf, marked, type Next, type Piece, pick } from './piece.ts';
import { type Kind, literals } from './tables.ts';

export interface ScopeColumn {
  readonly sql: string;
  readonly kind: Kind;
}

export interface Scope {
  readonly columns: readonly ScopeColumn[];
  readonly next: Next;
  /** Makes a subquery that gives one value of the kind at most; absent where none may stand. */
  readonly scalar?: (kind: Kind, scope: Scope) => Piece;
  /** Makes a condition with a subquery. */
  readonly predicate?: (scope: Scope) => Piece;
}

/** Kinds that stand in select lists, keys and comparisons, the common ones more than once. */
const usual: readonly Kind[] = [
  'int',
  'int',
  'int',
  'uint',
  'dec',
  'dec',
  'dbl',
  'str',
  'str',
  'str',
  'bin',
  'date',
  'date',
  'dt',
  'time',
  'year',
  'enum',
  'set',
];
const numeric: readonly Kind[] = ['int', 'int', 'uint', 'dec', 'dbl'];

export const anyKind = (next: Next): Kind => pick(usual, next);
const isKind = (word: string): word is Kind => Object.hasOwn(literals, word);
const canBeParameter: ReadonlySet<Kind> = new Set(['int', 'str']);

export function literal(kind: Kind, next: Next): Piece {
  const text = pick(literals[kind], next);
  return leaf(canBeParameter.has(kind) ? marked(text) : text);
}

/** A column of the kind; a literal where the scope has none. */
export function column(kind: Kind, scope: Scope): Piece {
  const found = scope.columns.filter((each) => each.kind === kind);
  return found.length === 0 ? literal(kind, scope.next) : leaf(pick(found, scope.next).sql);
}

/** Fills a form's holes; it shrinks to its parts of the result's kind. */
function fill(form: string, kind: Kind, depth: number, scope: Scope, instead: readonly Piece[]): Piece {
  const names = [...form.matchAll(/<([a-z]\w*\.?)>/g)].map((match) => match[1]!);
  const texts = form.split(/<[a-z]\w*\.?>/);
  const parts = names.map((name): Piece => {
    if (name === 'same') return expression(kind, depth - 1, scope);
    if (name === 'bool') return condition(depth - 1, scope);
    if (name === 'any') return expression(anyKind(scope.next), depth - 1, scope);
    if (name === 'num') return expression(pick(numeric, scope.next), depth - 1, scope);
    if (name.endsWith('.')) return column(name.slice(0, -1) as Kind, scope);
    if (isKind(name)) return expression(name, depth - 1, scope);
    return leaf(pick(words[name]!, scope.next));
  });
  const alike = parts.filter((_, index) => names[index] === 'same' || names[index] === kind);
  return build(
    parts,
    (sqls) => texts.map((text, index) => (index === 0 ? text : sqls[index - 1]! + text)).join(''),
    [...instead, ...alike],
  );
}

export function expression(kind: Kind, depth: number, scope: Scope): Piece {
  const { next } = scope;
  if (depth <= 0 || next(4) === 0) return next(4) === 0 ? literal(kind, next) : column(kind, scope);
  if (next(12) === 0 && scope.scalar !== undefined) return scope.scalar(kind, scope);
  if (kind === 'bit') return column(kind, scope);
  const own = forms[kind];
  const form =
    kind !== 'json' && (own.length === 0 || next(4) === 0) ? pick(commonForms, next) : pick(own, next);
  return fill(form, kind, depth, scope, [leaf(literals[kind][1]!)]);
}

export function condition(depth: number, scope: Scope): Piece {
  const { next } = scope;
  if (depth > 0 && next(3) > 0) {
    const both = [condition(depth - 1, scope), condition(depth - 1, scope)];
    switch (next(5)) {
      case 0:
      case 1:
        return build(both, ([a, b]) => `(${a} AND ${b})`, both);
      case 2:
        return build(both, ([a, b]) => `(${a} OR ${b})`, both);
      case 3:
        return build([both[0]!], ([a]) => `NOT (${a})`, [both[0]!]);
      default:
        if (scope.predicate !== undefined) return scope.predicate(scope);
    }
  }
  return fill(pick(conditionForms, next), anyKind(next), Math.max(depth, 1), scope, [leaf('TRUE')]);
}
