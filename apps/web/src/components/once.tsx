import { type ReactNode, Suspense, useState } from 'react';

/** Props of `Once`. */
export interface OnceProps {
  /** The first time this is true the children come to be. */
  when: boolean;
  children: ReactNode;
}

/** Mounts lazy windows at their first use and keeps them, so that they can fade out and give the focus back. */
export function Once({ when, children }: OnceProps) {
  const [used, setUsed] = useState(when);
  if (when && !used) setUsed(true);
  return used ? <Suspense fallback={null}>{children}</Suspense> : null;
}
