import { cpus, release, totalmem } from 'node:os';

/** What the figures were measured on, one line each. */
export function describeMachine(extra: Record<string, string>): string {
  const cores = cpus();
  const facts: Record<string, string> = {
    CPU: `${cores[0]?.model.trim() ?? 'unknown'}, ${cores.length} cores`,
    Memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
    System: `${process.platform} ${release()}`,
    'Node.js': process.version,
    ...extra,
  };
  return Object.entries(facts)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}
