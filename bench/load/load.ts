import { bindTo, startNode } from '../lib/child-process.ts';
import type { LoadResult, LoadRun } from './load-run.ts';

/** Starts the load generator. One run at a time. */
export function startLoad() {
  const child = startNode({ file: new URL('./load-generator.ts', import.meta.url) });
  bindTo(child.pid, 'load');
  return {
    /** Runs load to its end. Rejects when the generator dies. */
    run(run: LoadRun): Promise<LoadResult> {
      return new Promise((resolve, reject) => {
        const onExit = () => reject(new Error(`The load generator ended:\n${child.output()}`));
        child.process.once('exit', onExit);
        child.process.once('message', (result) => {
          child.process.off('exit', onExit);
          resolve(result as LoadResult);
        });
        child.process.send(run);
      });
    },
    stop: child.stop,
  };
}

export type Load = ReturnType<typeof startLoad>;

/** A whole request of OpenAI's chat API as it goes over the wire. `headers` and the body are ASCII. */
export function chatRequest(body: object, headers: Record<string, string>): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(text.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /v1/chat/completions HTTP/1.1\r\n${lines.join('')}\r\n${text}`;
}
