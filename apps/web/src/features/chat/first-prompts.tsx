import type { Model } from '@q/contract/models';
import { formatCostNano } from '../../lib/format.ts';
import { countTokens, expectedAnswerTokens, nextCostNano } from './next-cost.ts';
import { t } from './strings.ts';

const PROMPTS = [t('whichModelHereIs'), t('explainHowAPrepaid'), t('showMeARequest'), t('writeAFunctionThat')];

function priceOf(prompt: string, model: Model | undefined): string {
  const tokens = { context: 0, draft: countTokens(prompt), answer: expectedAnswerTokens([]) };
  const nano = model?.available === false ? null : nextCostNano(model?.pricing, tokens);
  return nano === null ? '' : `≈ ${formatCostNano(nano)}`;
}

/** Props of `FirstPrompts`. */
export interface FirstPromptsProps {
  model: Model | undefined;
  onChoose: (prompt: string) => void;
}

/** What a new chat offers: a few first messages, each with what it would cost. */
export function FirstPrompts({ model, onChoose }: FirstPromptsProps) {
  return (
    <div className="grid gap-3 pt-8">
      <h2 className="font-semibold text-h2">{t('whatDoYouWant')}</h2>
      <ul className="border-line border-t">
        {PROMPTS.map((prompt) => (
          <li key={prompt}>
            <button
              type="button"
              onClick={() => onChoose(prompt)}
              className="flex min-h-10 w-full items-center gap-4 border-line border-b py-2 text-left text-ui hover:bg-sunken max-md:min-h-11"
            >
              <span className="flex-1">{prompt}</span>
              <span className="font-mono text-ink3 text-meta">{priceOf(prompt, model)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
