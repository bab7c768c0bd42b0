import type { ChatChoice, ChatResult, FinishReason } from '@q/providers/spec/chat-model';
import type { StreamPart } from '@q/providers/spec/stream-part';
import type { Outcome } from './end-call.ts';

type Assembled = Omit<ChatChoice, 'finishReason'> & { finishReason: FinishReason | null };

const blank = (): Assembled => ({
  text: '',
  reasoning: '',
  refusal: null,
  toolCalls: [],
  finishReason: null,
  rawFinishReason: null,
  logprobs: null,
});

/** Adds one part to its choice; returns how many characters came with it. */
function add(choice: Assembled, part: Exclude<StreamPart, { type: 'usage' }>): number {
  switch (part.type) {
    case 'text-delta':
      choice.text += part.text;
      return part.text.length;
    case 'reasoning-delta':
      choice.reasoning += part.text;
      return part.text.length;
    case 'reasoning-state':
      choice.reasoningState = [...(choice.reasoningState ?? []), part.piece];
      return part.piece.packed?.length ?? 0;
    case 'refusal-delta':
      choice.refusal = (choice.refusal ?? '') + part.text;
      return part.text.length;
    case 'tool-call-delta': {
      choice.toolCalls[part.index] ??= { id: '', type: 'function', function: { name: '', arguments: '' } };
      const call = choice.toolCalls[part.index];
      if (!call) return 0;
      call.id = part.id ?? call.id;
      call.function.name = part.name ?? call.function.name;
      call.function.arguments += part.arguments;
      return part.arguments.length;
    }
    case 'finish':
      choice.finishReason = part.reason;
      choice.rawFinishReason = part.raw;
      return 0;
  }
}

/** A choice that never finished ended as its call did; for one that was cut, OpenAI's word is `length`. */
function finishOf(outcome: Outcome): FinishReason {
  if (outcome === 'upstream_error') return 'error';
  return outcome === 'client_gone' ? 'length' : 'stop';
}

/** Puts a streamed answer together, up to `lengthMax` characters; logprobs are not kept. */
export function createAnswerAssembler(lengthMax: number) {
  const choices = new Map<number, Assembled>();
  let length = 0;
  return {
    note(part: StreamPart): void {
      if (part.type === 'usage' || length > lengthMax) return;
      const choice = choices.get(part.choice) ?? blank();
      choices.set(part.choice, choice);
      length += add(choice, part);
    },
    /** How many characters the text of the first choice has so far. */
    textLength: (): number => choices.get(0)?.text.length ?? 0,
    /** What has come so far as a whole answer; null when it is longer than `lengthMax`. */
    result(outcome: Outcome): ChatResult | null {
      if (length > lengthMax) return null;
      const inOrder = [...choices].sort(([left], [right]) => left - right).map(([, choice]) => choice);
      const whole = inOrder.map((choice) => ({
        ...choice,
        toolCalls: choice.toolCalls.filter((call) => call !== undefined),
        finishReason: choice.finishReason ?? finishOf(outcome),
      }));
      return { choices: whole, usage: null, upstreamRequestId: null };
    },
  };
}
