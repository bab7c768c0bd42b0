import 'katex/dist/katex.min.css';
import katex from 'katex';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import remarkMath from 'remark-math';
import { t } from './strings.ts';

/** Reads formulas between `$$`; a single `$` is money. */
export const MATH_PLUGIN: [typeof remarkMath, { singleDollarTextMath: boolean }] = [
  remarkMath,
  { singleDollarTextMath: false },
];

/** What a model writes is hostile: no links, no pictures, no endless macros, nothing larger than the page. */
const OPTIONS = { throwOnError: true, trust: false, strict: 'ignore', maxSize: 20, maxExpand: 300 } as const;

/** A formula; as its source where it cannot be read. */
export const Formula = memo(function Formula({ tex, display }: { tex: string; display: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  const [broken, setBroken] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (!place.current || broken === tex) return;
    try {
      // Into the element and not as HTML: the page forbids style attributes in markup.
      katex.render(tex, place.current, { ...OPTIONS, displayMode: display });
    } catch {
      setBroken(tex);
    }
  }, [tex, display, broken]);
  if (broken === tex) return <code>{tex}</code>;
  if (!display) return <span ref={place} />;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups a formula
    <span
      className="md-formula"
      role="group"
      aria-label={t('formula')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
      tabIndex={0}
    >
      <span ref={place} />
    </span>
  );
});
