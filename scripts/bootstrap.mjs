// What `npm start`, `npm test` and `npm run quhua` run. Plain JavaScript without any dependency: it must work in a
// fresh clone on whatever Node is installed. Nothing is imported before the version is known to be new enough.

const OLDEST = 20;
const version = process.versions.node;

if (Number.parseInt(version, 10) < OLDEST) {
  process.stderr.write(
    `需要 Node.js ${OLDEST} 或更新版本，现在是 ${version}：请从 https://nodejs.org 安装\n` +
      `Node.js ${OLDEST} or newer is needed and this is ${version}: install it from https://nodejs.org\n`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('./bootstrap/main.mjs');
  process.exitCode = await main(process.argv.slice(2));
}
