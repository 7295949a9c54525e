/** What SHOW WARNINGS shows of the last statement. */
export interface StatementWarning {
  readonly level: 'Note' | 'Warning' | 'Error';
  readonly errno: number;
  readonly message: string;
}

export const note = (errno: number, message: string): StatementWarning => ({ level: 'Note', errno, message });
