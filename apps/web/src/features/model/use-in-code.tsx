import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { CopyButton } from '../../components/copy-button.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { codeSamples } from './code-samples.ts';

/** The model in three languages, ready to paste. */
export function UseInCode({ model }: { model: Model }) {
  const samples = codeSamples(model, location.origin);
  return (
    <section aria-labelledby="code" className="min-w-0">
      <h2 id="code" className="scroll-mt-14 pb-1 font-semibold text-h3">
        Use in code
      </h2>
      <p className="pb-2 text-ink2 text-ui">
        Any OpenAI client works: change its base URL and use a{' '}
        <Link to="." search={(before) => ({ ...before, account: 'keys' })} resetScroll={false} className="link">
          key of this marketplace
        </Link>
        .
      </p>
      <Tabs
        label="Language"
        items={samples.map(({ value, label, needs, code }) => ({
          value,
          label,
          content: (
            <div className="border-line border-x border-b bg-sunken">
              <div className="flex items-center justify-between border-line border-b pl-4">
                <code className="font-mono text-ink3 text-meta">{needs}</code>
                <CopyButton text={code} what={`${label} sample`} />
              </div>
              <section
                aria-label={`${label} sample`}
                // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
                tabIndex={0}
                className="overflow-x-auto p-4"
              >
                <pre className="font-mono text-meta leading-5">{code}</pre>
              </section>
            </div>
          ),
        }))}
      />
    </section>
  );
}
