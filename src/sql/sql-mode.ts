/** The flags of `sql_mode` that change how text is read. */
export interface SqlModeFlags {
  /** `"x"` is a name, not a string. */
  readonly ansiQuotes: boolean;
  /** A backslash in a string is an ordinary character. */
  readonly noBackslashEscapes: boolean;
  /** `||` is CONCAT, not OR. */
  readonly pipesAsConcat: boolean;
  /** NOT binds like `!`. */
  readonly highNotPrecedence: boolean;
}

export const defaultSqlMode: SqlModeFlags = {
  ansiQuotes: false,
  noBackslashEscapes: false,
  pipesAsConcat: false,
  highNotPrecedence: false,
};

/** The flags of a `sql_mode` value such as `ANSI,STRICT_TRANS_TABLES`; ANSI stands for its parts. */
export function sqlModeFlags(mode: string): SqlModeFlags {
  const modes = new Set(mode.toUpperCase().split(','));
  const ansi = modes.has('ANSI');
  return {
    ansiQuotes: ansi || modes.has('ANSI_QUOTES'),
    noBackslashEscapes: modes.has('NO_BACKSLASH_ESCAPES'),
    pipesAsConcat: ansi || modes.has('PIPES_AS_CONCAT'),
    highNotPrecedence: modes.has('HIGH_NOT_PRECEDENCE'),
  };
}
