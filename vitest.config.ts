import { defineConfig } from 'vitest/config';
import { defectPlugin } from './proof/defects/defect-plugin.ts';
import { LongestFirstSequencer } from './tests/longest-first-sequencer.ts';
import { propertySeedPlugin } from './tests/property-seed-plugin.ts';

const onAServer = {
  globalSetup: ['apps/server/src/testing/global-setup.ts'],
  // A second is little for a process to start on a busy machine.
  expect: { poll: { timeout: 15_000 } },
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: 'forks' as const,
};

/** Tests that wait for processes, leases and time-outs more than they work. Those with a page, which work all the time, come before them. */
const waitingMuch = { maxWorkers: 3, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    // Most tests wait for a server, a browser or a disk: the default, a core less than there are, leaves a core idle on two.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirstSequencer },
    projects: [
      {
        plugins: [propertySeedPlugin()],
        test: {
          name: 'code',
          include: ['packages/*/src/**/*.test.ts', 'apps/server/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          ...onAServer,
          ...waitingMuch,
          // Files share what they import, which they would else read for minutes: no module keeps state that a test could change.
          isolate: false,
        },
      },
      {
        plugins: [propertySeedPlugin()],
        test: { name: 'product', include: ['bench/**/*.test.ts', 'tests/*.test.ts'], ...onAServer, ...waitingMuch },
      },
      {
        test: { name: 'browser', include: ['tests/e2e/**/*.test.ts'], ...onAServer },
      },
      {
        extends: './apps/web/vite.config.ts',
        plugins: [propertySeedPlugin()],
        test: {
          name: 'web',
          include: ['apps/web/src/**/*.test.ts', 'apps/web/src/**/*.test.tsx'],
          environment: 'happy-dom',
        },
      },
      {
        // Run by `npm run screenshots` and `npm run check:budget`.
        test: {
          name: 'looks',
          include: ['tests/looks/**/*.looks.ts'],
          globalSetup: ['apps/server/src/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
      {
        // Run by `npm run proof`, which also switches defects on.
        plugins: [defectPlugin()],
        test: {
          name: 'proof',
          include: ['proof/**/*.test.ts'],
          globalSetup: ['apps/server/src/testing/global-setup.ts'],
          testTimeout: 14_400_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
    ],
  },
});
