import { Dialog } from '../../components/dialog.tsx';
import { formatCost, formatCount } from '../../lib/format.ts';
import { type ContextPart, contextParts } from './context-parts.ts';
import { costByModel } from './cost-by-model.ts';
import { t } from './strings.ts';
import type { Chat } from './use-chat.ts';

const PART_COLOURS: Record<string, string> = {
  Instructions: 'bg-data-1',
  'Your messages': 'bg-data-3',
  Answers: 'bg-data-5',
  Pictures: 'bg-data-6',
  'Being written': 'bg-data-2',
};

const PART_LABELS: Record<ContextPart['name'], string> = {
  Instructions: t('partInstructions'),
  'Your messages': t('partYourMessages'),
  Answers: t('partAnswers'),
  Pictures: t('partPictures'),
  'Being written': t('partBeingWritten'),
};

function ContextTable({ chat, draft, pictures }: { chat: Chat; draft: string; pictures: number }) {
  const total = chat.model?.context_window ?? null;
  const instructions = chat.parameters.system_prompt ?? '';
  const parts = contextParts(chat.messages ?? [], { instructions, draft, pictures });
  const used = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const share = (tokens: number) => `${Math.max((tokens / Math.max(total ?? used, used, 1)) * 100, 0.4)}%`;
  return (
    <section aria-labelledby="context-title" className="grid gap-3">
      <h3 id="context-title" className="font-semibold text-h3">
        {t('contextOfTheNext')}
      </h3>
      <div aria-hidden="true" className="flex h-2.5 bg-line">
        {parts.map(({ name, tokens }) => (
          <span key={name} className={PART_COLOURS[name]} style={{ width: share(tokens) }} />
        ))}
      </div>
      <table className="w-full text-ui">
        <thead className="sr-only">
          <tr>
            <th>{t('contextPart')}</th>
            <th>{t('tokensAbout')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ name, tokens }) => (
            <tr key={name} className="border-line border-b">
              <td className="py-1.5">
                <span aria-hidden="true" className={`mr-2 inline-block size-2 ${PART_COLOURS[name]}`} />
                {PART_LABELS[name]}
              </td>
              <td className="text-right font-mono">≈ {formatCount(tokens)}</td>
            </tr>
          ))}
          <tr className="font-medium">
            <td className="py-1.5">{t('together')}</td>
            <td className="text-right font-mono">
              ≈ {formatCount(used)}
              {total === null ? '' : ` ${t('ofTotal', { total: formatCount(total) })}`}
            </td>
          </tr>
        </tbody>
      </table>
      <p className="text-ink3 text-meta">{t('modelsReadTheNewest')}</p>
    </section>
  );
}

function CostTable({ chat }: { chat: Chat }) {
  const rows = costByModel(chat.messages ?? []);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="cost-title" className="grid gap-2">
      <h3 id="cost-title" className="font-semibold text-h3">
        {t('costOfThisChat')}
      </h3>
      <div className="overflow-x-auto">
        <table className="w-full text-ui">
          <thead>
            <tr className="border-line border-b text-ink3 text-meta">
              <th className="py-1 pr-3 text-left font-medium">{t('model')}</th>
              <th className="px-2 text-right font-medium">{t('answers')}</th>
              <th className="px-2 text-right font-medium">{t('tokensIn')}</th>
              <th className="px-2 text-right font-medium">{t('tokensOutHead')}</th>
              <th className="pl-2 text-right font-medium">{t('cost')}</th>
            </tr>
          </thead>
          <tbody className="font-mono">
            {rows.map((row) => (
              <tr key={row.modelId} className="border-line border-b">
                <td className="wrap-anywhere py-1.5 pr-3">{row.modelId}</td>
                <td className="px-2 text-right">{row.answers}</td>
                <td className="px-2 text-right">{formatCount(row.input)}</td>
                <td className="px-2 text-right">{formatCount(row.output)}</td>
                <td className="pl-2 text-right">{formatCost(row.costUsd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chat.session ? (
        <p className="text-ui">
          {t.nodes('withAllVersionsOf', {
            cost: (
              <data value={chat.session.cost_usd} className="font-mono font-medium">
                {formatCost(chat.session.cost_usd)}
              </data>
            ),
          })}
        </p>
      ) : null}
    </section>
  );
}

/** Props of `ContextDialog`. */
export interface ContextDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  chat: Chat;
  draft: string;
  /** How many are attached to what is being written. */
  pictures: number;
}

/** What fills the context of the next message, and what the chat has cost so far, by model. */
export function ContextDialog({ open, onOpenChange, ...given }: ContextDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('contextAndCost')} className="md:w-[32rem]">
      <div className="grid gap-6 px-4 py-4">
        <ContextTable {...given} />
        <CostTable chat={given.chat} />
      </div>
    </Dialog>
  );
}
