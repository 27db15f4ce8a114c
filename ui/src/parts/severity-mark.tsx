import type { Severity } from './severities.ts';

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return <span class={`mark ${severity}`}>{severity}</span>;
}
