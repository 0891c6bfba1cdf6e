import { cpus, totalmem } from 'node:os';
import { acquireServers } from '../support/servers.ts';
import { benchBulk } from './bulk.ts';
import { benchContracts } from './contracts.ts';
import { benchCounty } from './county.ts';
import { benchCorrections, benchDrops } from './drops.ts';
import { benchLand } from './land.ts';
import { benchPickup } from './pickup.ts';
import { benchProjects } from './projects.ts';
import { benchReplay } from './replay.ts';
import { type Figure, toTable } from './report.ts';
import { benchStarts } from './starts.ts';
import { benchBomb, benchWorkbook } from './workbooks.ts';

type Bench = (servers: { readonly databaseUrl: string; readonly redisUrl: string }) => Promise<Figure[]>;

const BENCHES: Readonly<Record<string, Bench>> = {
  bulk: ({ databaseUrl }) => benchBulk(databaseUrl),
  contracts: ({ databaseUrl }) => benchContracts(databaseUrl),
  workbook: benchWorkbook,
  bomb: benchBomb,
  county: benchCounty,
  drops: benchDrops,
  corrections: benchCorrections,
  replay: ({ databaseUrl }) => benchReplay(databaseUrl),
  land: ({ databaseUrl }) => benchLand(databaseUrl),
  projects: ({ databaseUrl }) => benchProjects(databaseUrl),
  pickup: benchPickup,
  starts: benchStarts,
};

const wanted = process.argv.slice(2).filter((name) => name in BENCHES);
const report = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
const servers = await acquireServers({ environment: process.env, report });
const figures: Figure[] = [];
try {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    report(`${name} …`);
    figures.push(...(await bench(servers)));
  }
} finally {
  await servers.release();
}
const [cpu] = cpus();
process.stdout.write(
  `${cpus().length} × ${cpu?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}\n\n`,
);
process.stdout.write(`${toTable(figures)}\n`);
