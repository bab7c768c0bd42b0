import type { ChatProvider, ChatRequest, ChatResult } from '@q/providers/spec/chat-model';
import { ProviderError } from '@q/providers/spec/provider-error';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { StreamPart } from '@q/providers/spec/stream-part';
import type { Usage } from '@q/providers/spec/usage';
import type { Catalog } from '../../apps/server/src/features/catalog/service.ts';
import { createProviderRegistry } from '../../apps/server/src/features/gateway/providers.ts';
import { createGateway } from '../../apps/server/src/features/gateway/service.ts';
import type { Hold } from '../../apps/server/src/features/ledger/hold.ts';
import { createLedger, type Ledger } from '../../apps/server/src/features/ledger/service.ts';
import { AppError, isServiceUnavailable } from '../../apps/server/src/lib/app-error.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import type { Database } from '../../apps/server/src/platform/database/database.ts';
import { createLogger } from '../../apps/server/src/platform/telemetry/logger.ts';
import { createFakeClock, type FakeClock } from '../../apps/server/src/testing/fake-clock.ts';
import { resultOf } from '../../apps/server/src/testing/scripted-provider.ts';
import { topUp } from '../lib/books.ts';
import type { Random } from '../lib/random.ts';
import { createFaultyDatabase, type Weather } from './faulty-database.ts';
import type { Scheduler } from './scheduler.ts';
import { type UpstreamScript, writeScript } from './upstream-script.ts';
import { passTime } from './virtual-time.ts';

/** The models that are called, each at a provider of its own. */
export const MODELS = ['openai/gpt-5.5', 'mistral/mistral-small-2603'] as const;

/** What has come of an answer. */
interface Seen {
  bytes: number;
  /** The last figures, and after how many bytes they came. */
  usage: Usage | null;
  usageAtBytes: number;
  finish: string | null;
}

const NOTHING_SEEN: Seen = { bytes: 0, usage: null, usageAtBytes: 0, finish: null };

/** One call, as its caller and the provider saw it. */
export interface SimCall {
  id: string;
  number: number;
  user: string;
  process: string;
  stream: boolean;
  maxTokens: number | null;
  /** The ceiling that was sent upstream last; null: none. */
  ceiling: number | null;
  text: string;
  /** Tried in this order. */
  models: string[];
  /** The provider that fails this call before it brings anything. */
  refusedBy: string | null;
  script: UpstreamScript;
  abort: AbortController;
  /** Its reader goes away after so many events of a stream, without a word; null: it reads to the end. */
  leavesAfter: number | null;
  /** What reached the gateway from upstream. */
  seen: Seen;
  reachedUpstream: boolean;
  /** What the caller was told it cost, in nano-dollars; null when nobody told. */
  told: bigint | null;
  /** True when its process was gone before it had ended. */
  lost: boolean;
  done: boolean;
  /** When its lease was last renewed, and when a sweep ended it: virtual milliseconds. */
  leasedAt: number;
  sweptAt: number | null;
  faults: string[];
}

interface SimProcess {
  name: string;
  clock: FakeClock;
  weather: Weather;
  database: Database;
  ledger: Ledger;
  gateway: ReturnType<typeof createGateway>;
  /** Rejects for everybody who waits for an answer when it dies. */
  death: ReturnType<typeof createDeath>;
}

/** How the callers of a process learn that it is gone. */
function createDeath() {
  let come: () => void = () => undefined;
  const came = new Promise<'dead'>((resolve) => {
    come = () => resolve('dead');
  });
  return { come: () => come(), came };
}

interface Ground {
  real: Database;
  catalog: Catalog;
  scheduler: Scheduler;
  random: Random;
  users: string[];
  faultOneIn: number | null;
}

/** The statements that say how long a hold is not to be swept. */
const LEASING = new Set(['place-holds', 'renew-leases', 'extend-hold in a transaction']);

/** The statements by which a sweep ends holds. */
const ENDING = new Set(['end-holds in a transaction', 'end-holds-of-days in a transaction']);

/** How long an end is tried again while the database does not answer. */
const GIVEN_UP_NO_SOONER_MS = 120_000;

const logger = createLogger('silent');

/** The models of a call, and who fails it: one of two is often refused, so that the other takes its place. */
function routeFor(random: Random): Pick<SimCall, 'models' | 'refusedBy'> {
  const models = random.oneIn(2) ? [...MODELS] : [...MODELS].reverse();
  const refusing = random.oneIn(3) ? (models[0]?.split('/')[0] ?? null) : null;
  return { models: random.oneIn(2) ? models : models.slice(0, 1), refusedBy: refusing };
}

/** Everything that exists in one simulation: processes, callers, the provider, the network between them, and time. */
export function createWorld(ground: Ground) {
  const { real, catalog, scheduler, random } = ground;
  const calls: SimCall[] = [];
  const processes: SimProcess[] = [];
  const credited = new Map<string, bigint>();
  let now = 0;
  let births = 0;

  const byText = (text: unknown) => calls.find((call) => call.text === text);

  /** Leases are counted from what took effect; ends in a transaction are those of sweeps. */
  function witness(name: string, values: readonly unknown[]): void {
    // Ids come in arrays, or in the text of one.
    const ids = new Set(values.flat().flatMap((value) => (typeof value === 'string' ? value.split(/[{},]/) : [])));
    for (const call of calls) {
      if (!ids.has(call.id) || call.sweptAt !== null) continue;
      if (ENDING.has(name)) call.sweptAt = now;
      else if (LEASING.has(name)) call.leasedAt = now;
    }
  }

  /** The provider's side of one call: each part comes when its time has come, unless the call was ended meanwhile. */
  async function* partsOf(owner: string, call: SimCall, signal: StopSignal): AsyncGenerator<StreamPart, void> {
    const { parts, failsAfter } = call.script;
    for (let index = 0; ; index += 1) {
      await scheduler.gate(owner, `call ${call.number} part ${index}`);
      if (signal.aborted) throw new ProviderError('aborted', 'aborted');
      if (index === failsAfter) throw new ProviderError('upstream', 'it broke');
      const part = parts[index];
      if (part === undefined) return;
      see(call, part);
      yield part;
    }
  }

  function see(call: SimCall, part: StreamPart): void {
    if (part.type === 'usage') Object.assign(call.seen, { usage: part.usage, usageAtBytes: call.seen.bytes });
    else if (part.type === 'finish') call.seen.finish = part.reason;
    else if (part.type === 'text-delta') call.seen.bytes += part.text.length;
  }

  /** No call goes upstream before its money is held. */
  async function arrive(owner: string, provider: string, request: ChatRequest): Promise<SimCall> {
    await scheduler.gate(owner, 'upstream is reached');
    const call = byText(request.messages[0]?.content);
    if (!call) throw new Error('the provider was asked something nobody asked');
    call.reachedUpstream = true;
    call.ceiling = request.maxOutputTokens ?? null;
    const asked = 'SELECT 1 FROM holds WHERE id = $1 AND provider = $2';
    const held = await scheduler.follow(real.query(asked, [call.id, provider]));
    if (held.length === 0) call.faults.push(`it went to ${provider} without a hold`);
    if (call.refusedBy === provider) throw new ProviderError('upstream', 'it refused');
    return call;
  }

  function adapterOf(owner: string, id: string): ChatProvider {
    return {
      id,
      async streamChat(request, { signal }) {
        const call = await arrive(owner, id, request);
        if (signal.aborted) throw new ProviderError('aborted', 'aborted');
        return { parts: partsOf(owner, call, signal), upstreamRequestId: `up_${call.number}` };
      },
      async chat(request, { signal }): Promise<ChatResult> {
        const call = await arrive(owner, id, request);
        const parts: StreamPart[] = [];
        for await (const part of partsOf(owner, { ...call, seen: { ...NOTHING_SEEN } }, signal)) parts.push(part);
        for (const part of parts) see(call, part);
        call.seen.finish = 'stop';
        return resultOf('x'.repeat(call.seen.bytes), call.seen.usage);
      },
    };
  }

  /** The ledger as the gateway has it, where an end that is given up too soon is noted. */
  function witnessed(ledger: Ledger): Ledger {
    const watched =
      <Input, Answer>(write: (hold: Hold, input: Input) => Promise<Answer>) =>
      async (hold: Hold, input: Input): Promise<Answer> => {
        const begunAt = now;
        try {
          return await write(hold, input);
        } catch (error) {
          const call = calls.find(({ id }) => id === hold.id);
          if (now - begunAt < GIVEN_UP_NO_SOONER_MS)
            call?.faults.push(`its end was given up after ${now - begunAt} ms`);
          throw error;
        }
      };
    return { ...ledger, settle: watched(ledger.settle), void: watched(ledger.void) };
  }

  function bear(): SimProcess {
    births += 1;
    const name = `p${births}`;
    const clock = createFakeClock();
    const weather: Weather = { faultOneIn: ground.faultOneIn, cutOff: false };
    const database = createFaultyDatabase({ real, owner: name, scheduler, random, weather, witness });
    // A real millisecond has no place in the order of events.
    const ledger = createLedger({ database, clock, logger, gatherMs: 0 });
    const entries = MODELS.map((model) => model.split('/')[0] ?? '').map((id) => ({
      id,
      name: id,
      adapter: adapterOf(name, id),
      keys: [],
    }));
    const providers = createProviderRegistry(entries, clock);
    const gateway = createGateway({ catalog, ledger: witnessed(ledger), providers, database, clock, logger });
    const process = { name, clock, weather, database, ledger, gateway, death: createDeath() };
    processes.push(process);
    return process;
  }

  async function told(call: SimCall, cost: bigint): Promise<void> {
    call.told = cost;
    const reading = real.query<{ amount: bigint }>('SELECT amount FROM hold_resolutions WHERE hold_id = $1', [call.id]);
    const booked = await scheduler.follow(reading);
    if (booked[0]?.amount !== cost)
      call.faults.push(`its caller was told ${cost} while the books said ${booked[0]?.amount}`);
  }

  async function carryOut(process: SimProcess, call: SimCall): Promise<void> {
    const request = {
      model: call.models[0] ?? '',
      models: call.models,
      messages: [{ role: 'user' as const, content: call.text }],
      ...(call.maxTokens === null ? {} : { max_tokens: call.maxTokens }),
    };
    const caller = { userId: call.user, apiKey: null };
    const asked = { id: call.id, caller, request, stream: call.stream, signal: call.abort.signal, clamp: true };
    if (!call.stream) return told(call, (await process.gateway.complete(asked)).end.costNano);
    const { events } = await process.gateway.stream(asked);
    let left = call.leavesAfter;
    if (left === 0) return void (await events.return());
    for await (const event of events) {
      if (event.type === 'end') await told(call, event.end.costNano);
      else await scheduler.gate(process.name, `call ${call.number} is read`);
      left = left && left - 1;
      if (left === 0) break;
    }
  }

  /** Somebody calls, and perhaps hangs up at some moment. */
  function call(): void {
    const process = random.pick(processes);
    const number = calls.length;
    const one: SimCall = {
      ...{ id: newId('req'), number, user: random.pick(ground.users), process: process.name },
      ...{ stream: !random.oneIn(3), maxTokens: random.oneIn(2) ? null : random.between(1, 3_000) },
      ...{
        text: `${number}${'?'.repeat(random.below(300))}`,
        ...routeFor(random),
        script: writeScript(random),
        abort: new AbortController(),
        leavesAfter: random.oneIn(6) ? random.below(5) : null,
      },
      ...{
        seen: { ...NOTHING_SEEN },
        ceiling: null,
        reachedUpstream: false,
        told: null,
        lost: false,
        done: false,
      },
      ...{ leasedAt: now, sweptAt: null, faults: [] },
    };
    calls.push(one);
    if (random.oneIn(5)) {
      const hangUp = () => one.abort.abort();
      scheduler.add({ owner: 'callers', label: `call ${number} is hung up`, happen: hangUp });
    }
    carryOut(process, one)
      .catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code === 'internal_error') one.faults.push(`it ended with ${error}`);
      })
      .finally(() => {
        one.done = true;
      });
  }

  /** A payment whose acknowledgement may be lost is delivered until somebody says that it is booked. */
  async function pay(user: string, amount: bigint): Promise<void> {
    const id = newId('top');
    credited.set(user, (credited.get(user) ?? 0n) + amount);
    for (;;) {
      const process = random.pick(processes);
      try {
        const answer = await Promise.race([topUp(process, user, amount, id), process.death.came]);
        if (answer !== 'dead') return;
      } catch (error) {
        if (!isServiceUnavailable(error)) throw error;
      }
    }
  }

  return {
    calls,
    processes,
    credited,
    bear,
    call,
    pay,
    /** Time passes for all who live, and for the database. */
    async pass(ms: number): Promise<void> {
      await passTime(real, ms);
      now += ms;
      for (const { clock } of processes) clock.advance(ms);
      await scheduler.quiet();
    },
    /** A process dies and another takes its place. */
    async die(process: SimProcess): Promise<void> {
      processes.splice(processes.indexOf(process), 1);
      for (const one of calls) {
        if (one.process !== process.name || one.done) continue;
        one.lost = true;
        one.done = true;
      }
      await scheduler.kill(process.name);
      bear();
      process.death.come();
    },
  };
}

export type World = ReturnType<typeof createWorld>;
