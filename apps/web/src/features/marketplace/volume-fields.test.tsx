import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VolumeFields } from './volume-fields.tsx';

const onChange = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
  vi.useRealTimers();
});

function type(label: string, value: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

function rest(): void {
  act(() => {
    vi.advanceTimersByTime(300);
  });
}

describe('VolumeFields', () => {
  it('tells both figures together once typing rests', () => {
    render(<VolumeFields volume={{ input: 1200, output: 400 }} onChange={onChange} />);
    type('Tokens in', '5,000 tokens');
    type('Tokens out', '10');
    rest();
    expect(onChange.mock.calls).toEqual([['5000-10']]);
  });

  it('goes back to the usual prompt by saying nothing', () => {
    render(<VolumeFields volume={{ input: 5, output: 400 }} onChange={onChange} />);
    type('Tokens in', '1200');
    rest();
    expect(onChange.mock.calls).toEqual([[undefined]]);
  });

  it('shows a volume that came from elsewhere', () => {
    const view = render(<VolumeFields volume={{ input: 1, output: 2 }} onChange={onChange} />);
    view.rerender(<VolumeFields volume={{ input: 30, output: 40 }} onChange={onChange} />);
    expect(screen.getByLabelText<HTMLInputElement>('Tokens in').value).toBe('30');
    rest();
    expect(onChange).not.toHaveBeenCalled();
  });
});
