import { AppError } from '@quhua/core';

const NOT_A_FOLDER = new Set(['EEXIST', 'ENOTDIR', 'ELOOP']);
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS']);
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', '53100']); // the last as PostgreSQL says it

/** The errno name of a failed system call, or ''. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A failed file operation in the home folder as an error that says what to do; any other error as it is. */
export function toHomeError(error: unknown, home: string): unknown {
  if (error instanceof AppError) return error;
  const code = errnoOf(error);
  if (NO_SPACE.has(code)) return diskFull(home, error);
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : home;
  if (NOT_A_FOLDER.has(code)) {
    const message = `${path} 不是文件夹，无法存放数据库：请把 QUHUA_HOME 指向一个文件夹 / not a folder (${code}): point QUHUA_HOME at a folder`;
    return new AppError('invalid', 'EMBEDDED_HOME_NOT_FOLDER', message, { cause: error });
  }
  if (NOT_WRITABLE.has(code)) {
    const message = `没有权限写 ${path}（${code}）：请换一个 QUHUA_HOME，或由该文件夹的所有者运行 / no permission to write there: choose another QUHUA_HOME or run as its owner`;
    return new AppError('invalid', 'EMBEDDED_HOME_NOT_WRITABLE', message, { cause: error });
  }
  return error;
}

export function diskFull(home: string, cause?: unknown): AppError {
  const message = `磁盘已满，数据库无法在 ${home} 工作：请腾出空间后重试，已有数据未改动 / no space left for the database: free some and try again; existing data is untouched`;
  return new AppError('transient', 'EMBEDDED_DISK_FULL', message, { cause });
}

type ServerFailure = {
  readonly home: string;
  /** What was being done, for a person, Chinese and English. */
  readonly doing: { readonly zh: string; readonly en: string };
  /** What the program printed or logged. */
  readonly output: string;
  readonly logFile: string | null;
};

/** Why `initdb` or `postgres` gave up, read from what it printed. */
export function toServerError({ home, doing, output, logFile }: ServerFailure): AppError {
  if (/No space left on device|Disk quota exceeded/u.test(output)) return diskFull(home);
  const reason = lastWords(output);
  if (/error while loading shared libraries|cannot execute|Exec format error/u.test(output)) {
    const message = `PostgreSQL 程序无法运行：请重新安装依赖（npm run setup），或用 DATABASE_URL 指向已有的数据库 / the PostgreSQL program does not run: install again, or set DATABASE_URL: ${reason}`;
    return new AppError('permanent', 'EMBEDDED_BINARIES', message);
  }
  if (/terminated by signal/u.test(output)) return killed(reason);
  if (/user does not exist/u.test(output)) {
    const message = `当前用户（uid ${process.getuid?.()}）不在 /etc/passwd 中，PostgreSQL 不接受：请加上一行，或换一个用户，或设置 DATABASE_URL / the current user has no entry in /etc/passwd, which PostgreSQL needs: add one, use another user, or set DATABASE_URL`;
    return new AppError('permanent', 'EMBEDDED_NO_ACCOUNT', message);
  }
  const seeLog = logFile === null ? '' : `；日志 / log: ${logFile}`;
  const message = `${doing.zh}失败 / ${doing.en} failed: ${reason}${seeLog}`;
  return new AppError('permanent', 'EMBEDDED_SERVER_FAILED', message, { details: { output: output.slice(-4_000) } });
}

/** Worth another try: somebody, or a machine short of memory, ended a server that had done nothing wrong. */
export function killed(how: string): AppError {
  const message = `数据库在启动时被强行结束（${how}），可能内存不足：请重试，并检查内存 / the database was killed while starting, perhaps for lack of memory: try again and check the memory`;
  return new AppError('transient', 'EMBEDDED_KILLED', message);
}

/** The line that matters: the last FATAL, PANIC or error line, else the last line. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => /FATAL|PANIC|error:/u.test(line)) ?? lines.at(-1) ?? '没有输出 / no output';
}
