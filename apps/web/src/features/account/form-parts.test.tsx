import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import { FormError } from './form-parts.tsx';

it('a refusal and the time to wait are two sentences', () => {
  const errors = { fields: {}, form: 'Too many tries.', waitSeconds: 7 };
  const { container } = render(
    <FormError submission={{ busy: false, errors, waitSeconds: 7, onSubmit: () => undefined }} />,
  );
  expect(container.textContent).toBe('Too many tries. You can try again in 7 s.');
});
