import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Fragment } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { cx } from '../../lib/cx.ts';
import { ProviderMark } from '../marketplace/provider-mark.tsx';
import type { CompareCell, CompareGroup } from './compare-rows.ts';
import { t } from './strings.ts';

const CELL = 'border-line border-b px-3 py-2 align-top max-md:px-2';
/** The column of names stays while the models are swept past. */
const NAME = 'sticky left-0 z-10 bg-canvas pl-5! text-left';

function ModelHead({ model, onRemove }: { model: Model; onRemove: () => void }) {
  return (
    <th scope="col" className={cx(CELL, 'w-44 min-w-34 snap-start bg-sunken text-left font-normal')}>
      <span className="flex items-start gap-2">
        <span className="max-md:hidden">
          <ProviderMark provider={model.provider} name={model.provider_name} size={24} />
        </span>
        <span className="min-w-0 flex-1">
          <Link
            to="/models/$"
            params={{ _splat: model.id }}
            title={model.id}
            className="link wrap-anywhere font-semibold text-ui"
          >
            {model.name}
          </Link>
          <span className="block text-ink3 text-meta">{model.provider_name}</span>
        </span>
        <IconButton label={t('takeOut', { name: model.name })} onClick={onRemove} className="-mt-1 -mr-2 max-md:-mt-2">
          <X aria-hidden="true" size={15} />
        </IconButton>
      </span>
    </th>
  );
}

interface ValueCellProps {
  cell: CompareCell;
  bestWord: string | null;
  figures: boolean;
}

function ValueCell({ cell, bestWord, figures }: ValueCellProps) {
  const face = cell.missing ? 'text-ink3' : figures && 'font-mono';
  return (
    <td className={cx(CELL, cell.best && 'bg-accent-weak')}>
      <span className={cx(face, cell.best && 'font-semibold')}>{cell.text}</span>
      {cell.best && bestWord ? <span className="ml-1.5 text-accent text-meta"> {bestWord}</span> : null}
    </td>
  );
}

/** Props of `CompareTable`. */
export interface CompareTableProps {
  models: readonly Model[];
  groups: readonly CompareGroup[];
  onRemove: (id: string) => void;
}

/** Models as columns, facts as rows. On a phone the models are swept sideways under the names of the facts. */
export function CompareTable({ models, groups, onRemove }: CompareTableProps) {
  return (
    <section
      aria-label={t('modelsSideBySide')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="snap-x snap-proximity scroll-pl-28 overflow-x-auto border-line border-y"
    >
      <table className="w-full border-separate border-spacing-0 text-ui">
        <caption className="sr-only">{t('factsOfTheModels')}</caption>
        <thead>
          <tr>
            <th scope="col" className={cx(CELL, NAME, 'w-44 bg-sunken! font-medium text-ink2 max-md:w-28')}>
              {t('fact')}
            </th>
            {models.map((model) => (
              <ModelHead key={model.id} model={model} onRemove={() => onRemove(model.id)} />
            ))}
          </tr>
        </thead>
        {groups.map(({ title, figures, rows }) => (
          <tbody key={title}>
            <tr>
              <th
                scope="rowgroup"
                colSpan={models.length + 1}
                className="border-line border-b pt-5 pr-3 pb-1 pl-5 text-left font-semibold text-h3"
              >
                <span className="sticky left-5">{title}</span>
              </th>
            </tr>
            {rows.map((row) => (
              <tr key={row.label}>
                <th scope="row" className={cx(CELL, NAME, 'w-44 font-normal text-ink2 max-md:w-28 max-md:min-w-28')}>
                  {row.label}
                </th>
                {row.cells.map((cell, index) => (
                  <Fragment key={models[index]?.id ?? index}>
                    <ValueCell cell={cell} bestWord={row.bestWord} figures={figures} />
                  </Fragment>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}
