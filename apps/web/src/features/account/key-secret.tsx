import { useQuery } from '@tanstack/react-query';
import { CopyButton } from '../../components/copy-button.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { serverLocation } from '../../lib/host.ts';
import { chatModelsQuery } from '../chat/queries.ts';
import type { NewApiKey } from './api-keys.ts';
import { keySamples } from './key-samples.ts';
import { t } from './strings.ts';

/** A model the samples can name: one that works here. */
function useSampleModel(): string {
  const { data } = useQuery(chatModelsQuery('', true));
  return data?.data[0]?.id ?? 'sandbox/guide';
}

/** Props of `KeySecret`. */
export interface KeySecretProps {
  apiKey: NewApiKey;
  /** Called when the secret is on the clipboard, alone or inside a sample. */
  onCopied: () => void;
}

/** The secret of a new key, the only time it can be seen, and how to use it. */
export function KeySecret({ apiKey, onCopied }: KeySecretProps) {
  const samples = keySamples(apiKey.key, useSampleModel(), serverLocation().origin);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-4 py-3" onCopy={onCopied}>
      <p className="text-ui">{t.nodes('copyThisKeyNow', { never: <strong>{t('neverBeShownAgain')}</strong> })}</p>
      <div className="flex items-center gap-1 rounded-sm border border-line-strong bg-sunken pl-3">
        <code data-testid="api-key" className="min-w-0 flex-1 break-all py-2 font-mono text-ui">
          {apiKey.key}
        </code>
        <CopyButton text={apiKey.key} what={t('key2')} onCopied={onCopied} />
      </div>
      <Tabs
        label={t('howToUseIt')}
        items={samples.map(({ value, label, code }) => ({
          value,
          label,
          content: (
            <div className="flex items-start border-line border-x border-b bg-sunken">
              {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups code */}
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
                tabIndex={0}
                role="group"
                aria-label={t('sample', { label })}
                className="min-w-0 flex-1 overflow-x-auto p-3 font-mono text-meta leading-5"
              >
                {code}
              </pre>
              <CopyButton text={code} what={t('sample', { label })} onCopied={onCopied} />
            </div>
          ),
        }))}
      />
    </div>
  );
}
