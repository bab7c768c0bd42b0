import { useState } from 'react';

/** The newest value that was there: what is shown stays while the next is on its way, and when it does not come. */
export function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}
