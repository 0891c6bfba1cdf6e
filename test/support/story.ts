import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { approveBatch, type Engine, inboxFolder, mailFolders, withdrawBatch } from '@quhua/engine';
import { countOutbox, listBatches, readDeliveryBalance } from '@quhua/storage';

/** Something that people do to an installation; whoever was interrupted may do it again. */
export type Act =
  | { readonly act: 'drop'; readonly folder: string }
  | { readonly act: 'post'; readonly folder: string }
  | { readonly act: 'withdraw' | 'approve'; readonly file: string };
export type Story = readonly Act[];

type Home = Pick<Engine, 'home'>;
export type Drops = Readonly<Record<string, Readonly<Record<string, Buffer>>>>;

/** Lays out the files that a story will drop, beside the inbox and on the same disk. */
export async function layOut(home: string, drops: Drops): Promise<void> {
  for (const [folder, files] of Object.entries(drops)) {
    await mkdir(dropFolder(home, folder), { recursive: true });
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(dropFolder(home, folder), name), bytes);
  }
}

/** Does one act, or what was not yet done of it. */
export async function perform(engine: Engine, act: Act): Promise<void> {
  if (act.act === 'drop') return drop(engine, act.folder);
  if (act.act === 'post') return post(engine, act.folder);
  const jurisdiction = engine.config.jurisdiction.code;
  const batch = (await listBatches(engine.database.db, jurisdiction, 100)).find(
    ({ fileName }) => fileName === act.file,
  );
  if (batch === undefined) throw new Error(`no batch of ${act.file}`);
  const request = { id: batch.id, by: 'test', reason: act.act };
  if (act.act === 'withdraw' && !batch.withdrawn) await withdrawBatch(engine, request);
  if (act.act === 'approve' && batch.status === 'held') await approveBatch(engine, request);
}

/** Moves files, so that each comes into the inbox once and whole, however often this is begun. */
export function drop(at: Home, folder: string): Promise<void> {
  return moveAll(dropFolder(at.home, folder), inboxFolder(at));
}

/** Moves messages into the mailbox, likewise. */
async function post(engine: Engine, folder: string): Promise<void> {
  const [mailbox] = mailFolders(engine);
  if (mailbox === undefined) throw new Error('the configuration names no mailbox');
  await moveAll(dropFolder(engine.home, folder), mailbox.folder);
}

async function moveAll(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of (await readdir(from)).sort()) await rename(join(from, name), join(to, name));
}

function dropFolder(home: string, folder: string): string {
  return join(home, 'drops', folder);
}

/** Files that nobody has taken in yet. */
export function waitingFiles(at: Home): Promise<string[]> {
  return filesIn(inboxFolder(at));
}

/** Files and messages that nobody has taken in yet. */
export async function waitingAnywhere(engine: Engine): Promise<string[]> {
  const folders = [inboxFolder(engine), ...mailFolders(engine).map(({ folder }) => folder)];
  return (await Promise.all(folders.map(filesIn))).flat();
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Whether nothing is under way any more; the folders are asked first, because a file leaves them after its commit. */
export async function isQuiet(engine: Engine): Promise<boolean> {
  if ((await waitingAnywhere(engine)).length > 0) return false;
  const { waiting, unfinished } = await countOutbox(engine.database.db, engine.config.jurisdiction.code);
  return (
    waiting + unfinished === 0 &&
    (await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code)).pending === 0
  );
}
