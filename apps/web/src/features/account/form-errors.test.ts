import { describe, expect, it } from 'vitest';
import { ApiError } from '../../lib/api-client.ts';
import { formErrors } from './form-errors.ts';

const known = ['email', 'password'];

describe('formErrors', () => {
  it('puts the server’s words beside their field, without its name', () => {
    const weak = new ApiError('password: this password is among the passwords that are tried first', {
      code: 'invalid_request',
      status: 400,
      param: 'password',
    });
    expect(formErrors(weak, known).fields).toEqual({
      password: 'This password is among the passwords that are tried first.',
    });
    const taken = new ApiError('There is already an account with this e-mail address.', {
      code: 'conflict',
      status: 409,
      param: 'email',
    });
    expect(formErrors(taken, known)).toEqual({
      fields: { email: 'There is already an account with this e-mail address.' },
      form: null,
      waitSeconds: 0,
    });
  });

  it('says it above the form when the field is not there', () => {
    const error = new ApiError('username: taken', { code: 'conflict', status: 409, param: 'username' });
    expect(formErrors(error, known)).toMatchObject({ fields: {}, form: 'username: taken' });
  });

  it('knows how long to wait', () => {
    const error = new ApiError('Too many failed attempts.', { code: 'rate_limited', status: 429, retryAfter: 12 });
    expect(formErrors(error, known)).toMatchObject({ form: 'Too many failed attempts.', waitSeconds: 12 });
  });

  it('has a sentence for everything else that can be thrown', () => {
    expect(formErrors(new TypeError('x is undefined'), known).form).not.toContain('undefined');
  });
});
