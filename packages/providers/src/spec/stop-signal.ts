/** Tells a call that it has to stop. An AbortSignal is one; making one for each call takes longer than sending a request, so it need not be. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
