import type { ChatParameters } from '@q/contract/chat';
import { t } from './strings.ts';

interface NumberParameter {
  name: 'temperature' | 'top_p' | 'max_tokens' | 'frequency_penalty' | 'presence_penalty';
  label: string;
  hint: string;
  min: number;
  max: number;
  whole?: boolean;
}

/** The figures of a chat and their bounds, as the server has them. */
export const NUMBER_PARAMETERS: readonly NumberParameter[] = [
  { name: 'temperature', label: t('temperature'), hint: t('temperatureHint'), min: 0, max: 2 },
  { name: 'top_p', label: t('topP'), hint: t('topPHint'), min: 0, max: 1 },
  { name: 'max_tokens', label: t('maxTokens'), hint: t('ceilingOfOneAnswer'), min: 1, max: 1_000_000, whole: true },
  { name: 'frequency_penalty', label: t('frequencyPenalty'), hint: t('penaltyHint'), min: -2, max: 2 },
  { name: 'presence_penalty', label: t('presencePenalty'), hint: t('penaltyHint'), min: -2, max: 2 },
];

const SYSTEM_PROMPT_LENGTH_MAX = 32_000;

/** Sentences by the name of the parameter that is not right. */
export type ParameterFaults = Partial<Record<string, string>>;

function readNumber(parameter: NumberParameter, text: string): number | string {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  const value = /^-?\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
  const { min, max, whole = false } = parameter;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const limits = { min: String(min).replace('-', '−'), max };
  return whole ? t('enterWholeNumber', limits) : t('enterNumber', limits);
}

/** Reads the form's texts. Empty ones are left out: the model's own value then holds. */
export function readParameters(textOf: (name: string) => string): {
  parameters: ChatParameters;
  faults: ParameterFaults;
} {
  const parameters: ChatParameters = {};
  const faults: ParameterFaults = {};
  const prompt = textOf('system_prompt');
  if (prompt.length > SYSTEM_PROMPT_LENGTH_MAX) faults['system_prompt'] = t('atMost32000');
  else if (prompt.trim() !== '') parameters.system_prompt = prompt;
  for (const parameter of NUMBER_PARAMETERS) {
    const text = textOf(parameter.name);
    if (text.trim() === '') continue;
    const value = readNumber(parameter, text);
    if (typeof value === 'string') faults[parameter.name] = value;
    else parameters[parameter.name] = value;
  }
  return { parameters, faults };
}
