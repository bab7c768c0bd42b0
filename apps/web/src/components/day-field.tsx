import { useState } from 'react';
import { TextField, type TextFieldProps } from './text-field.tsx';

/** A year that is being typed reads as 0002, 0020 and 0202 first: no day before this one is meant. */
const FIRST_DAY = '1900-01-01';

/** Props of `DayField`: days are `2026-11-21`, none is an empty text. */
export interface DayFieldProps extends Omit<TextFieldProps, 'type' | 'defaultValue' | 'onChange' | 'value'> {
  value: string;
  onValueChange: (day: string) => void;
}

/**
 * A day whose value lives elsewhere, such as in the address. What is being typed stays here until it is a whole day: written back
 * in between, as every change of the address is, it would take away what was typed so far.
 */
export function DayField({ value, onValueChange, ...field }: DayFieldProps) {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    setTold(value);
    setTyped(value);
  }
  return (
    <TextField
      {...field}
      type="date"
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        if (target.value !== '' && target.value < FIRST_DAY) return;
        onValueChange(target.value);
      }}
      onBlur={() => {
        // Left half typed: what counts is shown again.
        if (typed !== '' && typed < FIRST_DAY) setTyped(value);
      }}
    />
  );
}
