import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { approveBatch, type Engine, inboxFolder, withdrawBatch } from '@quhua/engine';
import { countOutbox, listBatches, readDeliveryBalance } from '@quhua/storage';

/** Something that people do to an installation; whoever was interrupted may do it again. */
export type Act =
  | { readonly act: 'drop'; readonly folder: string }
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
export async function drop(at: Home, folder: string): Promise<void> {
  const from = dropFolder(at.home, folder);
  await mkdir(inboxFolder(at), { recursive: true });
  for (const name of (await readdir(from)).sort()) await rename(join(from, name), join(inboxFolder(at), name));
}

function dropFolder(home: string, folder: string): string {
  return join(home, 'drops', folder);
}

/** Files that nobody has taken in yet. */
export async function waitingFiles(at: Home): Promise<string[]> {
  const entries = await readdir(inboxFolder(at), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Whether nothing is under way any more; the inbox is asked first, because a file leaves it after its commit. */
export async function isQuiet(engine: Engine): Promise<boolean> {
  if ((await waitingFiles(engine)).length > 0) return false;
  const { waiting, unfinished } = await countOutbox(engine.database.db, engine.config.jurisdiction.code);
  return (
    waiting + unfinished === 0 &&
    (await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code)).pending === 0
  );
}
