import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayError, notSupported } from '../../base/errors.ts';

/**
 * The file on disk that a path of the log names: percent-decoded exactly once (`+` is a plus), relative to
 * the table's folder or an absolute path or `file:` URI. A relative path that leaves the folder is refused;
 * other schemes are error 1235.
 */
export function localPath(root: string, logPath: string): string {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(logPath)?.[1];
  if (scheme !== undefined) {
    if (scheme !== 'file') throw notSupported(`Delta files on ${scheme}:`);
    return fileURLToPath(logPath.startsWith('file://') ? logPath : `file://${logPath.slice(5)}`);
  }
  let decoded: string;
  try {
    decoded = decodeURIComponent(logPath);
  } catch (cause) {
    throw new GatewayError('STORAGE_ERROR', `Corrupt Delta log: path '${logPath}'`, { cause });
  }
  if (path.isAbsolute(decoded)) return decoded;
  const resolved = path.resolve(root, decoded);
  if (resolved !== root && !resolved.startsWith(path.resolve(root) + path.sep)) {
    throw new GatewayError('STORAGE_ERROR', `Delta file '${logPath}' lies outside its table`);
  }
  return resolved;
}

/**
 * A database's or table's name as a folder name of `[A-Za-z0-9._-]`: other bytes of its UTF-8 become `.xx`.
 * Not `%XX`, because other engines take a table's folder for a URL. A leading `.` or `_` would hide the folder
 * from them, so a name that does not begin with a letter or digit gets a `-` in front. Different names give
 * different folders.
 */
export function folderName(name: string): string {
  const bytes = new TextEncoder().encode(name);
  let text = '';
  for (const [index, byte] of bytes.entries()) {
    const char = String.fromCharCode(byte);
    const plain = index === 0 ? /[A-Za-z0-9]/ : /[A-Za-z0-9_-]/;
    text += plain.test(char) ? char : `${index === 0 ? '-' : ''}.${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}
