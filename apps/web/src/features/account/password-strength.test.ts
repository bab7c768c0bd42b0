import { PASSWORD_LENGTH_MIN as CONTRACT_MIN } from '@q/contract/accounts';
import { describe, expect, it } from 'vitest';
import { PASSWORD_LENGTH_MIN, passwordStrength } from './password-strength.ts';

describe('passwordStrength', () => {
  it('asks for as many characters as the server', () => {
    expect(PASSWORD_LENGTH_MIN).toBe(CONTRACT_MIN);
  });

  it.each([
    ['', 0],
    ['seven77', 0],
    ['aaaaaaaaaaaaaaaaaaaa', 1],
    ['abcdefghijklmnop', 1],
    ['eightchr', 1],
    ['quiet harbour', 2],
    ['seven quiet harbours', 3],
    ['пять тихих гаваней', 3],
  ])('judges %j as level %i', (password, level) => {
    expect(passwordStrength(password).level).toBe(level);
  });

  it('counts characters, not code units', () => {
    expect(passwordStrength('👩👩👩👩').level).toBe(0);
  });

  it('says what is missing in words', () => {
    expect(passwordStrength('1234567').words).toBe('Too short: 1 more character.');
    expect(passwordStrength('12345').words).toBe('Too short: 3 more characters.');
  });

  it('sees through a password made of the address', () => {
    expect(passwordStrength('ada.lovelace-1815-xyz', 'ada.lovelace@example.com').level).toBe(1);
  });
});
