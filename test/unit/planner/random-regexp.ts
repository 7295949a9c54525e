/** Numbers from a seed, so that a failure can be had again. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A pattern in what ICU and JavaScript share; whatever repeats takes a character. */
export function randomPattern(below: (limit: number) => number, depth: number, looks = true): string {
  const atom = (): string => {
    const choices = ['a', 'b', 'c', '[ab]', '[^a]', '.', '\\d', 'é', '[a-c1]', 'a'];
    return choices[below(choices.length)]!;
  };
  const quantifier = (): string =>
    ['', '', '*', '+', '?', '*?', '+?', '??', '{1,2}', '{2}', '{0,2}?'][below(11)]!;
  const parts = Array.from({ length: 1 + below(3) }, () => {
    if (depth === 0) return atom() + quantifier();
    const inner = (): string => randomPattern(below, depth - 1, looks);
    switch (looks ? below(8) : below(2) * 7) {
      case 0:
        return `(${atom()}${inner()})${quantifier()}`;
      case 1:
        return `(?:${inner()}|${inner()})`;
      case 2:
        return `(?=${inner()})`;
      case 3:
        return `(?!${inner()})`;
      case 4:
        return `(?<=${atom()})`;
      case 5:
        return `(?<!${atom()}${atom()})`;
      case 6:
        return ['^', '(?:)', 'b'][below(3)]!;
      default:
        return atom() + quantifier();
    }
  });
  return parts.join('');
}
