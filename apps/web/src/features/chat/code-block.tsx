import { useEffect, useState } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { type CodeToken, highlight } from './highlight.ts';
import { t } from './strings.ts';

/** The tokens of finished code once they are there; null until then, and for code that stays plain. */
function useTokens(code: string, language: string | null, finished: boolean): CodeToken[][] | null {
  const [done, setDone] = useState<{ code: string; lines: CodeToken[][] } | null>(null);
  useEffect(() => {
    if (!finished || language === null) return;
    let current = true;
    highlight(code, language).then(
      (lines) => {
        if (current && lines) setDone({ code, lines });
      },
      // Colours are an ornament: without them the code is as good.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [code, language, finished]);
  return done?.code === code ? done.lines : null;
}

function Lines({ lines }: { lines: CodeToken[][] }) {
  return lines.map((line, number) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
    <span key={number}>
      {line.map(({ text, kind }, index) =>
        kind === null ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no other name and never move
          <span key={index} className={`tok-${kind}`}>
            {text}
          </span>
        ),
      )}
      {number < lines.length - 1 ? '\n' : null}
    </span>
  ));
}

/** Props of `CodeBlock`. `finished` is false while the code may still grow. */
export interface CodeBlockProps {
  code: string;
  language: string | null;
  finished: boolean;
}

/** Code with its language, a copy button, and colours once it is whole. */
export function CodeBlock({ code, language, finished }: CodeBlockProps) {
  const lines = useTokens(code, language, finished);
  const name = language ?? 'text';
  return (
    <div className="code-block">
      <div className="flex items-center justify-between pl-3">
        <span className="font-mono text-ink3 text-meta">{name}</span>
        <CopyButton text={code} what={t('whatCode')} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups code */}
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={t('codeName', { name })}
      >
        <code>{lines ? <Lines lines={lines} /> : code}</code>
      </pre>
    </div>
  );
}
