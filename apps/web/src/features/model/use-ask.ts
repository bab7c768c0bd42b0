import type { Balance } from '@q/contract/wallet';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError, api, errorMessage } from '../../lib/api-client.ts';
import { setBalance } from '../../lib/session-store.ts';
import { type AskEnd, askModel, costOfStopped, type Question } from './ask-model.ts';
import { reviewKeys } from './review-queries.ts';

/** A question on its way. */
export interface AskState {
  phase: 'idle' | 'waiting' | 'thinking' | 'answering' | 'done' | 'stopped' | 'failed';
  text: string;
  end: AskEnd | null;
  /** What a stopped answer cost, once it is known. */
  stoppedCostUsd: string | null;
  failure: { code: string; message: string } | null;
}

const IDLE: AskState = { phase: 'idle', text: '', end: null, stoppedCostUsd: null, failure: null };

/** True while an answer is awaited or coming. */
export function isAsking({ phase }: AskState): boolean {
  return phase === 'waiting' || phase === 'thinking' || phase === 'answering';
}

/** Tells the page what is left, after a call that ended without saying so. */
async function refreshBalance(): Promise<void> {
  try {
    setBalance((await api<Balance>('/api/v1/balance')).available_usd);
  } catch {
    // The next paid answer brings it.
  }
}

function toFailure(error: unknown): AskState['failure'] {
  return { code: error instanceof ApiError ? error.code : 'page_error', message: errorMessage(error) };
}

/** Asks one question at a time of one model. Leaving the page stops it. */
export function useAsk() {
  const [state, setState] = useState<AskState>(IDLE);
  const running = useRef<AbortController | null>(null);
  const client = useQueryClient();
  useEffect(() => () => running.current?.abort(), []);

  async function ask(question: Question): Promise<void> {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    let callId: string | null = null;
    let text = '';
    let frame = 0;
    const set = (change: Partial<AskState>) =>
      running.current === controller && setState((before) => ({ ...before, ...change }));
    setState({ ...IDLE, phase: 'waiting' });
    try {
      const end = await askModel(question, {
        signal: controller.signal,
        onCall: (id) => {
          callId = id;
        },
        onReasoning: () => set({ phase: 'thinking' }),
        onText: (piece) => {
          text += piece;
          // Many pieces come in one frame; the page is drawn once.
          frame ||= requestAnimationFrame(() => {
            frame = 0;
            set({ phase: 'answering', text });
          });
        },
      });
      set({ phase: 'done', text, end });
      if (end.balanceUsd !== null) setBalance(end.balanceUsd);
    } catch (error) {
      if (controller.signal.aborted) {
        set({ phase: 'stopped', text });
        set({ stoppedCostUsd: await costOfStopped(callId) });
      } else set({ phase: 'failed', text, failure: toFailure(error) });
      await refreshBalance();
    } finally {
      cancelAnimationFrame(frame);
    }
    // Whoever has used the model may review it.
    void client.invalidateQueries({ queryKey: reviewKeys.all });
  }

  return {
    state,
    ask,
    /** Ends the answer; what was delivered is charged. */
    stop: () => running.current?.abort(),
  };
}
