import { create } from 'zustand';
import type { ThreadMessage } from './queries.ts';
import type { Lane } from './turn-state.ts';

/** One answer of a comparison: on its way in a lane, or there. */
export interface Column {
  modelId: string;
  /** Where it comes from while it is on its way; null for one that was there before. */
  lane: Lane | null;
  /** The saved answer; null until then. */
  message: ThreadMessage | null;
}

/** Answers to one question side by side. */
export interface Comparison {
  questionId: string;
  columns: readonly Column[];
  /** The answer the chat goes on with; null: the first. */
  chosenId: string | null;
}

interface State {
  open: Record<string, Comparison | undefined>;
}

/** Comparisons of this page by chat. When the page is left, their answers stay as alternatives. */
export const useComparisons = create<State>()(() => ({ open: {} }));

/** Shows answers side by side; undefined closes them. */
export function showComparison(chat: string, comparison: Comparison | undefined): void {
  useComparisons.setState(({ open }) => ({ open: { ...open, [chat]: comparison } }));
}

/** Puts a finished answer into its column. */
export function fillColumn(chat: string, lane: Lane, message: ThreadMessage): void {
  const comparison = useComparisons.getState().open[chat];
  if (comparison?.questionId !== message.parent_id) return;
  const columns = comparison.columns.map((column) => (column.lane === lane ? { ...column, message } : column));
  showComparison(chat, { ...comparison, columns });
}

/** The answer a comparison goes on with: the chosen one, else the first that is there. */
export function chosenAnswer({ columns, chosenId }: Comparison): ThreadMessage | null {
  const answers = columns.flatMap(({ message }) => message ?? []);
  return answers.find(({ id }) => id === chosenId) ?? answers[0] ?? null;
}

/** True when every answer is there. */
export function isComplete({ columns }: Comparison): boolean {
  return columns.every(({ message }) => message !== null);
}

/** The open branch ending with the chosen answer, which knows all that stand beside it. */
export function withChosen(branch: readonly ThreadMessage[], comparison: Comparison): ThreadMessage[] {
  const answer = chosenAnswer(comparison);
  const at = branch.findIndex(({ id }) => id === comparison.questionId);
  if (answer === null || at === -1) return [...branch];
  const known = [answer, branch[at + 1]].flatMap((message) => message?.alternatives ?? []);
  const ids = [...known, ...comparison.columns.flatMap(({ message }) => message?.id ?? [])];
  return [...branch.slice(0, at + 1), { ...answer, alternatives: [...new Set(ids)] }];
}
