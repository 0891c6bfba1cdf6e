import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';

const KASHGAR = join(import.meta.dirname, '../../config/kashgar');

/** One receiver, who is told everything. */
const ALERTS = `receivers:
  - { name: market-supervision, title: 市场监管科, channels: [{ channel: file }] }
routes:
  - { receiver: market-supervision }
`;

/**
 * A folder with Kashgar's configuration, but one receiver, no plan and no number of projects that there must be, so that
 * nobody speaks but what a test lets happen:
 * for tests that count what is sent. It goes when the test (or the file) ends.
 */
export async function marketConfig(): Promise<string> {
  const folder = await temporaryFolder('config');
  await cp(KASHGAR, folder, { recursive: true });
  await rm(join(folder, 'plan-2025'), { recursive: true });
  await rm(join(folder, 'delivery.yaml'));
  await writeFile(join(folder, 'alerts.yaml'), ALERTS);
  return folder;
}
