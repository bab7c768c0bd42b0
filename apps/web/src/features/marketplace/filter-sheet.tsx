import type { RefObject } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { formatCount } from '../../lib/format.ts';
import { FilterPanel, type FilterPanelProps } from './filter-panel.tsx';
import { volumeOf } from './prompt-volume.ts';
import { t } from './strings.ts';
import { VolumeFields } from './volume-fields.tsx';

/** Props of `FilterSheet`. */
export interface FilterSheetProps extends FilterPanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Models that fit so far. */
  total: number | undefined;
  onClear: () => void;
  opener: RefObject<HTMLButtonElement | null>;
}

/** The filters as a sheet, where there is no room for the rail. The list changes under it at once. */
export function FilterSheet({ open, onOpenChange, total, onClear, opener, ...panel }: FilterSheetProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('filters')}
      shape="sheet"
      finalFocus={opener}
      footer={
        <div className="flex justify-between gap-2">
          <Button variant="quiet" onClick={onClear}>
            {t('clearAll')}
          </Button>
          <Button variant="primary" onClick={() => onOpenChange(false)}>
            {total === undefined ? t('showModels') : t('showModelsTotal', { total: formatCount(total) })}
          </Button>
        </div>
      }
    >
      <div className="grid gap-4 px-4 py-4">
        <VolumeFields
          volume={volumeOf(panel.search)}
          onChange={(vol) => panel.onChange({ vol })}
          className="flex-wrap md:hidden"
        />
        <FilterPanel {...panel} />
      </div>
    </Dialog>
  );
}
