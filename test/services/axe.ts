import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core gives of a page, as far as it is used here. */
interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds serious or critical on the page shown: its rule and the first element that breaks it. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // As the developer tools do it: a script in the page would be refused by its policy.
  await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}
