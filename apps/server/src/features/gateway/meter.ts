import type { ChatResult, FinishReason } from '@q/providers/spec/chat-model';
import type { StreamPart } from '@q/providers/spec/stream-part';
import type { Usage, UsageSource } from '@q/providers/spec/usage';
import { countOutputTokens } from './estimate.ts';

/** What passed through one call: enough to price it whatever the provider tells or withholds. */
export interface Meter {
  /** UTF-8 bytes of text, reasoning and tool arguments relayed. */
  outputBytes: number;
  /** The provider's own figures, the last ones given. */
  usage: Usage | null;
  /** What `outputBytes` was when they came. */
  usageAtBytes: number;
  finish: FinishReason | null;
  /** Milliseconds (clock) at which the first piece of output came. */
  firstOutputAt: number | null;
}

/** A meter that has seen nothing. */
export function createMeter(): Meter {
  return { outputBytes: 0, usage: null, usageAtBytes: 0, finish: null, firstOutputAt: null };
}

function bytesOf(part: StreamPart): number {
  switch (part.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return Buffer.byteLength(part.text);
    case 'tool-call-delta':
      return Buffer.byteLength(part.arguments) + (part.name ? Buffer.byteLength(part.name) : 0);
    default:
      return 0;
  }
}

/** Notes one streamed part. */
export function meterPart(meter: Meter, part: StreamPart, now: number): void {
  if (part.type === 'usage') {
    meter.usage = part.usage;
    meter.usageAtBytes = meter.outputBytes;
  } else if (part.type === 'finish') meter.finish = part.reason;
  else {
    const bytes = bytesOf(part);
    if (bytes > 0 && meter.firstOutputAt === null) meter.firstOutputAt = now;
    meter.outputBytes += bytes;
  }
}

/** Notes a whole answer. */
export function meterResult(meter: Meter, result: ChatResult, now: number): void {
  for (const choice of result.choices) {
    const tools = choice.toolCalls.map((call) => call.function.name + call.function.arguments).join('');
    meter.outputBytes += Buffer.byteLength(choice.text + choice.reasoning + (choice.refusal ?? '') + tools);
    meter.finish = choice.finishReason;
  }
  meter.usage = result.usage;
  meter.usageAtBytes = meter.outputBytes;
  if (meter.outputBytes > 0) meter.firstOutputAt = now;
}

/** Usage counted by ourselves, for checkpoints and for providers that tell nothing. */
export function countedUsage(meter: Meter, inputTokens: number): Usage {
  return {
    inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: countOutputTokens(meter.outputBytes),
    reasoningTokens: 0,
  };
}

/**
 * The usage a call is charged by: the provider's figures if it gave any, else what was relayed. Figures of an answer that was cut off may tell only of
 * what had come by then: what came after them is counted too, up to what all of it counts.
 */
export function chargedUsage(meter: Meter, inputTokens: number): { usage: Usage; usageSource: UsageSource } {
  const { usage, finish, outputBytes, usageAtBytes } = meter;
  if (usage === null) return { usage: countedUsage(meter, inputTokens), usageSource: 'counted' };
  const told = usage.outputTokens;
  const counted = countOutputTokens(outputBytes);
  if (finish !== null || outputBytes === usageAtBytes || told >= counted) return { usage, usageSource: 'provider' };
  const outputTokens = Math.min(told + countOutputTokens(outputBytes - usageAtBytes), counted);
  return { usage: { ...usage, outputTokens }, usageSource: 'counted' };
}

/**
 * True when the caller got nothing worth paying for: no output, and the provider either failed or reports no output tokens.
 * Hidden reasoning that used up the ceiling is output even though nothing was shown.
 */
export function isZeroCompletion(meter: Meter, failed: boolean): boolean {
  if (meter.outputBytes > 0) return false;
  return failed || meter.finish === null || meter.finish === 'error' || (meter.usage?.outputTokens ?? 0) === 0;
}
