import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Kinds of tests by where they are, those that take longest first: in a browser, then of the whole program. */
const LONG = ['/tests/e2e/', '/tests/', '/bench/'];

function kindOf({ moduleId }: TestSpecification): number {
  const kind = LONG.findIndex((folder) => moduleId.includes(folder));
  return kind === -1 ? LONG.length : kind;
}

/**
 * Begins with the tests that take longest. On a fresh machine nothing is known but the size of their files, which says little: one that begins
 * last keeps a core waiting for minutes.
 */
export class LongestFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((left, right) => kindOf(left) - kindOf(right));
  }
}
