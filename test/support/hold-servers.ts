/** Takes the servers that a test run would take, says which, and holds them until stdin closes. */
import { acquireServers } from './servers.ts';

const servers = await acquireServers({
  environment: process.env,
  report: (line) => void process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify({ ...servers, pid: process.pid })}\n`);
for await (const _ of process.stdin) {
  // nothing is expected but its end
}
await servers.release();
