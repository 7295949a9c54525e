export const macros: readonly string[] = [];
