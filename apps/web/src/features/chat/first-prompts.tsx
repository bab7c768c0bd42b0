import type { Model } from '@q/contract/models';
import { formatCostNano } from '../../lib/format.ts';
import { countTokens, drawingCostNano, expectedAnswerTokens, nextCostNano } from './next-cost.ts';
import { t } from './strings.ts';
import { drawsOnly } from './what-models-do.ts';

const QUESTIONS = [t('whichModelHereIs'), t('explainHowAPrepaid'), t('showMeARequest'), t('writeAFunctionThat')];
const PICTURES = [t('aLighthouseAtDawn'), t('aProductPhotoOf'), t('aSmallBakeryDrawn'), t('aSeamlessPatternOf')];

function priceOf(prompt: string, model: Model | undefined): string {
  if (!model?.available) return '';
  const draft = countTokens(prompt);
  const nano = drawsOnly(model)
    ? drawingCostNano(model.pricing, draft)
    : nextCostNano(model.pricing, { context: 0, draft, answer: expectedAnswerTokens([]) });
  return nano === null ? '' : `≈ ${formatCostNano(nano)}`;
}

/** Props of `FirstPrompts`. */
export interface FirstPromptsProps {
  model: Model | undefined;
  onChoose: (prompt: string) => void;
}

/** What a new chat offers: a few first messages, each with what it would cost. */
export function FirstPrompts({ model, onChoose }: FirstPromptsProps) {
  const draws = model !== undefined && drawsOnly(model);
  return (
    <div className="grid gap-3 pt-8">
      <h2 className="font-semibold text-h2">{draws ? t('whatDoYouWantToSee') : t('whatDoYouWant')}</h2>
      <ul className="border-line border-t">
        {(draws ? PICTURES : QUESTIONS).map((prompt) => (
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
