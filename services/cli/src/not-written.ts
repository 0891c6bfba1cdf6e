/** Why a file could not be written, and what to do. */
export function whyNotWritten({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EEXIST') return '已经存在，请另选名字 / it exists: choose another name';
  if (code === 'ENOENT' || code === 'ENOTDIR') return '没有这个文件夹 / no such folder';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return '没有权限 / no permission';
  return message;
}
