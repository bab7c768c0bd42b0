// A process that starts the embedded PostgreSQL in the folder it is given and waits to be killed. Used by start.test.ts.
import { startEmbeddedPostgres } from '../apps/server/src/platform/database/embedded.ts';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('A data folder is missing.');
try {
  const server = await startEmbeddedPostgres({ dataDir, log: (message) => process.stderr.write(`${message}\n`) });
  process.stdout.write(`${server.url}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => {
    void server.stop().then(() => process.exit(0));
  });
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
