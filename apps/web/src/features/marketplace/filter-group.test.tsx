import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FilterGroup, type FilterOption } from './filter-group.tsx';

const TOOLS: FilterOption = { value: 'tools', label: 'tools', count: 7 };
const VISION: FilterOption = { value: 'vision', label: 'vision', count: 3 };

const onChange = vi.fn();

function group(options: FilterOption[] | undefined, chosen?: string[]) {
  return <FilterGroup title="Can do" options={options} chosen={chosen} onChange={onChange} placeholders={2} />;
}

const names = () => screen.getAllByRole('checkbox').map((box) => box.closest('label')?.textContent);

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

describe('FilterGroup', () => {
  it('adds and removes values, and drops the filter with the last one', () => {
    const view = render(group([TOOLS, VISION], ['tools']));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Vision 3' }));
    expect(onChange).toHaveBeenLastCalledWith(['tools', 'vision']);
    view.rerender(group([TOOLS, VISION], ['tools']));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Tools 7' }));
    expect(onChange).toHaveBeenLastCalledWith(undefined);
  });

  it('keeps the boxes in their places when counts change or run out', () => {
    const view = render(group([TOOLS, VISION]));
    view.rerender(group([{ ...VISION, count: 9 }]));
    expect(names()).toEqual(['Tools 0', 'Vision 9']);
  });

  it('shows a chosen value that fits no model any more', () => {
    render(group([], ['image_generation']));
    expect(names()).toEqual(['Image generation 0']);
  });

  it('folds many values away and keeps those that are chosen', () => {
    const many = Array.from({ length: 9 }, (_, n) => ({ value: `v${n}`, label: `v${n}`, count: 9 - n }));
    const providers = (chosen: string[] | undefined) => (
      <FilterGroup title="Provider" options={many} chosen={chosen} onChange={onChange} placeholders={2} fold={3} />
    );
    const view = render(providers(['v7']));
    expect(names()).toEqual(['V0 9', 'V1 8', 'V2 7', 'V7 2']);
    view.rerender(providers(undefined));
    expect(names()).toEqual(['V0 9', 'V1 8', 'V2 7', 'V7 2']);
    fireEvent.click(screen.getByRole('button', { name: 'Show all 9' }));
    expect(names()).toHaveLength(9);
  });

  it('is nothing when there is nothing to choose from', () => {
    const view = render(group([]));
    expect(view.container.textContent).toBe('');
  });
});
