import type { Model } from '@q/contract/models';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { forgetFreshKey, useFreshKey } from '../../lib/fresh-key.ts';
import { serverLocation } from '../../lib/host.ts';
import { type CodeSample, codeSamples } from './code-samples.ts';
import { t } from './strings.ts';

/** Says whose key the samples hold and where it is, or where to get one. */
function KeyNote() {
  const key = useFreshKey();
  if (key) {
    return (
      <p className="pb-2 text-ink2 text-ui">
        {t.nodes('yourNewKeyIs', {
          name: <span className="wrap-anywhere">{key.name}</span>,
          takeItOut: (
            <button type="button" className="link touch:min-h-11 max-md:min-h-11" onClick={() => forgetFreshKey()}>
              {t('takeItOut')}
            </button>
          ),
        })}
      </p>
    );
  }
  return (
    <p className="pb-2 text-ink2 text-ui">
      {t.nodes('anyOpenAIClientWorks', {
        link: (
          <Link to="." search={(before) => ({ ...before, account: 'keys' })} resetScroll={false} className="link">
            {t('keyOfThisMarketplace')}
          </Link>
        ),
      })}
    </p>
  );
}

function Sample({ sample: { label, needs, code } }: { sample: CodeSample }) {
  return (
    <div className="border-line border-x border-b bg-sunken">
      <div className="flex items-center justify-between border-line border-b pl-4">
        <code className="font-mono text-ink3 text-meta">{needs}</code>
        <CopyButton text={code} what={t('sample', { label })} />
      </div>
      <section
        aria-label={t('sample', { label })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto p-4"
      >
        <pre className="font-mono text-meta leading-5">{code}</pre>
      </section>
    </div>
  );
}

/** The model in three languages, ready to paste, with the key somebody has just made. */
export function UseInCode({ model }: { model: Model }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isMeant = useLocation({ select: ({ hash }) => hash === 'code' });
  // The model came after the page: whoever was led here by a link is led there now.
  useEffect(() => {
    if (isMeant) heading.current?.scrollIntoView();
  }, [isMeant]);
  const key = useFreshKey();
  const samples = codeSamples(model, serverLocation().origin, key?.secret);
  return (
    <section aria-labelledby="code" className="min-w-0">
      <h2 ref={heading} id="code" className="scroll-mt-14 pb-1 font-semibold text-h3">
        {t('useInCode')}
      </h2>
      <KeyNote />
      <Tabs
        label={t('language')}
        items={samples.map((sample) => ({
          value: sample.value,
          label: sample.label,
          content: <Sample sample={sample} />,
        }))}
      />
    </section>
  );
}
