import { Worker } from 'node:worker_threads';
import { AppError } from '@quhua/core';
import type { Limits } from '../../limits.ts';
import { refused } from '../../reasons.ts';
import type { Sheet, SheetRow, Workbook } from '../../workbook.ts';
import { damaged, encrypted } from '../file-kind.ts';
import type { LegacyAnswer, LegacyFault, LegacyJob, LegacyKind, Opened, RowsFound, RowsWanted } from './protocol.ts';

type Reply = Exclude<LegacyAnswer, { readonly fault: LegacyFault }>;

/**
 * Opens an .xls, .et, .ods or .xlsb in a thread of its own, with bounded memory and time. The thread holds the workbook until `close`;
 * it never keeps the process alive.
 *
 * Errors: invalid/FILE_TOO_LARGE, FILE_CORRUPT, FILE_TOO_COMPLEX (memory), FILE_TIMEOUT, XLSX_ENCRYPTED, TOO_MANY_COLUMNS, ZIP_….
 */
export async function openLegacy(bytes: Buffer, kind: LegacyKind, limits: Limits): Promise<Workbook> {
  refuseSize(bytes, limits);
  const reader = startReader(bytes, kind, limits);
  try {
    const { sheets, notes } = await reader.opened();
    return {
      kind,
      notes,
      sheets: sheets.map((sheet, at): Sheet => ({ ...sheet, rows: () => rowsOf(reader, at) })),
      close: reader.close,
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

function refuseSize({ length }: Buffer, { legacy }: Limits): void {
  if (length <= legacy.fileBytes) return;
  const zh = `文件有${length}字节，这种格式最多${legacy.fileBytes}字节；请另存为 .xlsx 或 CSV 后再报`;
  const en = `${length} bytes, ${legacy.fileBytes} are allowed for this kind: save it as .xlsx or CSV`;
  throw refused('FILE_TOO_LARGE', `${zh} / ${en}`, { bytes: length, most: legacy.fileBytes });
}

async function* rowsOf(reader: Reader, sheet: number): AsyncGenerator<readonly SheetRow[], void, undefined> {
  let next: number | null = 0;
  while (next !== null) {
    const found: RowsFound = await reader.rows({ sheet, next });
    if (found.rows.length > 0) yield found.rows;
    next = found.next;
  }
}

type Reader = {
  readonly opened: () => Promise<Opened>;
  readonly rows: (wanted: RowsWanted) => Promise<RowsFound>;
  readonly close: () => Promise<void>;
};

function startReader(bytes: Buffer, kind: LegacyKind, limits: Limits): Reader {
  const worker = startWorker(bytes, kind, limits);
  let turn: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;
  /** One question at a time: answers carry no number. */
  const ask = (wanted: RowsWanted | null): Promise<Reply> => {
    const reply = turn.then(() => {
      if (closed !== undefined) throw damaged('it was closed while being read');
      return nextReply(worker, wanted, limits);
    });
    turn = reply.catch(() => undefined);
    return reply;
  };
  return {
    opened: async () => {
      const reply = await ask(null);
      if ('opened' in reply) return reply.opened;
      throw damaged('no answer to the file');
    },
    rows: async (wanted) => {
      const reply = await ask(wanted);
      if ('found' in reply) return reply.found;
      throw damaged('no answer to the rows');
    },
    close: () => {
      closed ??= worker.terminate().then(() => undefined);
      return closed;
    },
  };
}

function startWorker(bytes: Buffer, kind: LegacyKind, { columns, legacy, zipRatio, zipEntries }: Limits): Worker {
  const copy = new Uint8Array(bytes);
  const job: LegacyJob = { bytes: copy, kind, limits: { columns, legacy, zipRatio, zipEntries } };
  const worker = new Worker(new URL('./legacy-worker.ts', import.meta.url), {
    workerData: job,
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: legacy.heapMb },
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume(); // the library talks to the console about records it does not know
  worker.stderr.resume();
  worker.unref();
  worker.on('error', () => undefined); // whoever waits hears of it
  return worker;
}

/** The worker's next message. It keeps the process alive only while it is waited for. */
function nextReply(worker: Worker, wanted: RowsWanted | null, { legacy }: Limits): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(timer);
      worker.unref();
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      done();
    };
    const onMessage = (answer: LegacyAnswer) => {
      settle(() => ('fault' in answer ? reject(refusalOf(answer.fault)) : resolve(answer)));
    };
    const onError = (error: unknown) => settle(() => reject(crashOf(error, legacy.heapMb)));
    const onExit = () => settle(() => reject(damaged('the reader stopped')));
    const timer = setTimeout(() => {
      settle(() => reject(timeout(legacy.ms)));
      void worker.terminate();
    }, legacy.ms);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.ref();
    if (wanted !== null) worker.postMessage(wanted);
  });
}

function refusalOf(fault: LegacyFault): AppError {
  if (fault.kind === 'encrypted') return encrypted();
  if (fault.kind === 'damaged') return damaged(fault.text);
  return new AppError('invalid', fault.code, fault.message, fault.details == null ? {} : { details: fault.details });
}

function crashOf(error: unknown, heapMb: number): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY')
    return damaged(error instanceof Error ? error.message.slice(0, 120) : 'crash');
  const zh = `工作簿过于复杂，读取它需要的内存超过${heapMb}MB；请删去多余的行列和工作表，另存为 .xlsx 后再报`;
  return refused('FILE_TOO_COMPLEX', `${zh} / reading it takes more than ${heapMb} MB: save it as .xlsx`);
}

function timeout(ms: number): AppError {
  const zh = `${ms / 1_000}秒内没有读完这个工作簿；请删去多余的行列和工作表，另存为 .xlsx 后再报`;
  return refused('FILE_TIMEOUT', `${zh} / it was not read within ${ms / 1_000} s: save it as .xlsx`);
}
