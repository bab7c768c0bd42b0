import { createContext, memo, type ReactNode, use, useMemo } from 'react';
import ReactMarkdown, { type Components, type ExtraProps } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remend from 'remend';
import { CodeBlock } from './code-block.tsx';
import { fadeWords } from './fade-words.ts';
import { mathMarks, mayHaveMath } from './math-marks.ts';
import { hostOf, safeUrl } from './safe-url.ts';
import { linkDefinitions, splitBlocks, wholePieces } from './split-blocks.ts';
import { t } from './strings.ts';
import { useMaths } from './use-maths.ts';

/** Whether the block around may still grow. */
const Growing = createContext(false);

/** Sets formulas, where they are read at all. */
const Maths = createContext<ReturnType<typeof useMaths>>(null);

const FADING = [fadeWords];
const NOT_FADING: never[] = [];

/** Half-written marks at the end of a growing text are closed, so that `**bo` is bold and never shows its stars. */
const CLOSE_MARKS = { katex: false, inlineKatex: false, htmlTags: true, linkMode: 'text-only' } as const;

function SafeLink({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  const url = safeUrl(href);
  if (url === null) return <span>{children}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow ugc" title={hostOf(url)} className="link">
      {children}
    </a>
  );
}

/** A picture is never fetched by itself: its address could carry words of the chat to a stranger. */
function BlockedImage({ src, alt }: { src?: string | Blob | undefined; alt?: string | undefined }) {
  const url = safeUrl(typeof src === 'string' ? src : null);
  const words = alt ? t('pictureOf', { alt }) : t('picturePlain');
  if (url === null) return <span className="blocked-image">{words}</span>;
  return (
    <span className="blocked-image">
      {words}
      <a href={url} target="_blank" rel="noopener noreferrer nofollow ugc" className="link">
        {t('openFrom', { url: hostOf(url) })}
      </a>
    </span>
  );
}

type HtmlNode = NonNullable<ExtraProps['node']>;

function classesOf(node: HtmlNode | undefined): string[] {
  const classes = node?.properties['className'];
  return Array.isArray(classes) ? classes.map(String) : [];
}

function textOf(node: HtmlNode | undefined): string {
  const content = node?.children[0];
  return content?.type === 'text' ? content.value : '';
}

function InlineCode({ node, children }: ExtraProps & { children?: ReactNode }) {
  const maths = use(Maths);
  if (maths && classesOf(node).includes('math-inline')) return <maths.Formula tex={textOf(node)} display={false} />;
  return <code>{children}</code>;
}

function Pre({ node }: ExtraProps) {
  const growing = use(Growing);
  const maths = use(Maths);
  const code = node?.children.find((child) => child.type === 'element');
  const content = code?.children[0];
  const classes = classesOf(code);
  if (maths && classes.includes('math-display')) return <maths.Formula tex={textOf(code)} display />;
  const language = classes.find((name) => name.startsWith('language-'));
  return (
    <CodeBlock
      code={content?.type === 'text' ? content.value.replace(/\n$/, '') : ''}
      language={language?.slice('language-'.length) ?? null}
      finished={!growing}
    />
  );
}

function Table({ children }: { children?: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups a table
    <div
      className="md-table"
      role="group"
      aria-label={t('table')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
      tabIndex={0}
    >
      <table>{children}</table>
    </div>
  );
}

/** The headings of an answer stand below the page's own and that of the message. */
const COMPONENTS: Components = {
  h1: ({ children }) => <h3 className="md-h1">{children}</h3>,
  h2: ({ children }) => <h3 className="md-h2">{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h4: ({ children }) => <h5>{children}</h5>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: SafeLink,
  img: BlockedImage,
  pre: Pre,
  code: InlineCode,
  table: Table,
  input: ({ checked }) => <input type="checkbox" disabled checked={checked ?? false} aria-label={t('task')} readOnly />,
};

/** Every address is judged where it is used, by `safeUrl`. */
const keepUrl = (url: string): string => url;

const Block = memo(function Block({ text, growing }: { text: string; growing: boolean }) {
  const maths = useMaths(mayHaveMath(text));
  const plugins = useMemo(() => (maths ? [remarkGfm, maths.MATH_PLUGIN] : [remarkGfm]), [maths]);
  const marked = maths ? mathMarks(text) : text;
  return (
    <div className="md-block">
      <Growing value={growing}>
        <Maths value={maths}>
          <ReactMarkdown
            remarkPlugins={plugins}
            rehypePlugins={growing ? FADING : NOT_FADING}
            components={COMPONENTS}
            urlTransform={keepUrl}
          >
            {growing ? remend(marked, CLOSE_MARKS) : marked}
          </ReactMarkdown>
        </Maths>
      </Growing>
    </div>
  );
});

/** Blocks with what they need from elsewhere: a link may be defined far below its use. */
function toBlocks(text: string): string[] {
  const definitions = linkDefinitions(text);
  const blocks = splitBlocks(text);
  if (definitions === '') return blocks;
  return blocks.map((block) => (block.includes(']') ? `${block}\n\n${definitions}` : block));
}

/**
 * Markdown that a model wrote, hostile until proven otherwise: HTML shows as text, links are checked, pictures wait for a
 * click, a single `$` is money. While `growing` only the last block is rendered again, and half a word or the head of a table at its end is held back.
 */
export function Markdown({ text, growing = false }: { text: string; growing?: boolean }) {
  const blocks = useMemo(() => toBlocks(growing ? wholePieces(text) : text), [text, growing]);
  return (
    <div className="md">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are added at the end only
        <Block key={index} text={block} growing={growing && index === blocks.length - 1} />
      ))}
    </div>
  );
}
