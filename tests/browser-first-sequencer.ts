import { BaseSequencer, type TestSpecification } from 'vitest/node';

const isInBrowser = ({ moduleId }: TestSpecification) => moduleId.includes('/tests/e2e/');

/**
 * Begins with the tests in the browser, which take longest. On a fresh machine nothing is known but the size of their files, which says little:
 * one that begins last keeps a core waiting for minutes.
 */
export class BrowserFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isInBrowser), ...sorted.filter((file) => !isInBrowser(file))];
  }
}
