import { expect, test } from 'vitest';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { passwordFault } from './password-policy.ts';

const ADA = ['ada.lovelace@example.com', 'Ada Lovelace', 'countess', null, undefined];

test.each([
  'password',
  'PASSWORD123',
  'qwertyuiop',
  'Iloveyou1',
  'aaaaaaaaaaaa',
  'abababababab',
  'abcdefgh',
  '987654321',
  'Lovelace1!',
  'countess2026',
  'ada.lovelace@example.com',
  'ada.lovelace1',
  'QMarketplace1',
])('R1 refuses %s', (password) => {
  expect(passwordFault(password, ADA)).not.toBeNull();
});

test.each([
  'seven quiet harbours',
  'TestPass123!',
  'Password123!',
  'x7$kQ2mZ',
  'пароль-из-четырёх-слов',
  'lovelace wrote the first program',
  'example-com-is-fine',
])('R1 allows %s', (password) => {
  expect(passwordFault(password, ADA)).toBeNull();
});

test('the list is lower case, long enough to matter, and has no duplicates that a reader would trip over', () => {
  expect(COMMON_PASSWORDS.size).toBeGreaterThan(600);
  for (const password of COMMON_PASSWORDS) {
    expect(password.length).toBeGreaterThanOrEqual(8);
    expect(password).toBe(password.toLowerCase());
  }
});
