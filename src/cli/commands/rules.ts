import { Rule, RuleChanged, RuleList, RuleProposals } from '../../contract/rule.ts';
import { parseLabels } from '../declared-settings.ts';
import { UsageError } from '../failure.ts';
import { note, print, printJson, table } from '../output.ts';
import { removeOne } from '../remove-one.ts';
import {
  type ClientOptions,
  createServerClient,
  everyRow,
  idOf,
  userQuery,
} from '../server-client.ts';
import { wireTime } from '../wire-text.ts';

export interface ListRulesOptions extends ClientOptions {
  readonly status?: string;
}

export interface ProposeOptions extends ClientOptions {
  readonly scope?: string;
  readonly match?: string;
  readonly weeks?: string;
  readonly accept?: string;
}

const PATH = '/api/v1/rules';
const LIST = 'saimon rules list';

/** `rules list` */
export async function listRulesCommand(options: ListRulesOptions): Promise<void> {
  const client = createServerClient(options);
  const status =
    options.status === undefined ? '' : `status=${encodeURIComponent(options.status)}&`;
  const ask = (part: string) => client.get(`${PATH}?${status}${part}`, RuleList);
  const rules = await everyRow(ask, (list) => list.rules);
  if (options.json) printJson({ total: rules.length, rules });
  else print(rules.length === 0 ? 'There is no rule' : table(HEAD, rules.map(cells)));
}

/** `rules propose ANOMALY`: what would have quieted it, with what each would have done to the past. */
export async function proposeRulesCommand(id: string, options: ProposeOptions): Promise<void> {
  const anomaly = idOf(id, 'saimon export');
  const client = createServerClient(options);
  const query = new URLSearchParams();
  if (options.match !== undefined) {
    parseLabels(options.match, '--match');
    query.set('match', options.match);
  }
  const { scope = options.match === undefined ? 'series' : 'labels', weeks = '4' } = options;
  query.set('scope', scope);
  query.set('weeks', weeks);
  const told = await client.get(
    `/api/v1/anomalies/${anomaly}/rule-proposals?${query.toString()}`,
    RuleProposals,
  );
  if (options.accept !== undefined) {
    const chosen = told.proposals[Number(options.accept) - 1];
    if (!chosen) {
      throw new UsageError(
        `Cannot accept proposal ${options.accept}: expected 1 to ${told.proposals.length}, see "saimon rules propose ${id}"`,
      );
    }
    const body = { ...chosen, anomaly_id: anomaly };
    const rule = await client.send({ method: 'POST', path: `${PATH}?${userQuery()}`, body }, Rule);
    if (options.json) printJson(rule);
    else print(`Rule ${rule.id} acts from the next detection run on: ${rule.sentence}`);
    return;
  }
  if (options.json) {
    printJson(told);
    return;
  }
  if (told.proposals.length > 0) print(table(PROPOSED, told.proposals.map(proposed)));
  else print('Nothing can be proposed that loses no true anomaly');
  if (told.costly.length > 0) {
    note('\nThese would lose anomalies that are known to be true:');
    print(table(PROPOSED, told.costly.map(proposed)));
  }
}

/** `rules accept ID` and `rules disable ID` */
export async function switchRuleCommand(
  id: string,
  { verb, ...options }: ClientOptions & { readonly verb: 'enable' | 'disable' },
): Promise<void> {
  const path = `${PATH}/${idOf(id, LIST)}/${verb}?${userQuery()}`;
  const answer = await createServerClient(options).send({ method: 'POST', path }, RuleChanged);
  if (options.json) printJson(answer);
  else print(answer.message);
}

/** `rules remove ID` */
export async function removeRuleCommand(id: string, options: ClientOptions): Promise<void> {
  return removeOne({ id, path: PATH, list: LIST, schema: RuleChanged }, options);
}

const HEAD = ['ID', 'STATUS', 'QUIETS', 'ACTED', 'ON TRUE ONES', 'LAST', 'BY'];

function cells(rule: Rule): string[] {
  return [
    String(rule.id),
    rule.status,
    rule.sentence,
    String(rule.acted),
    String(rule.acted_on_confirmed),
    wireTime(rule.last_acted_at),
    rule.decided_by ?? rule.created_by,
  ];
}

const PROPOSED = ['NO', 'WOULD QUIET', 'OF', 'ALERTS FEWER', 'FALSE', 'TRUE LOST', 'WHAT'];

function proposed(
  { sentence, effect }: RuleProposals['proposals'][number],
  index: number,
): string[] {
  const lost = new Set([...effect.confirmed_lost, ...effect.incidents_lost]);
  return [
    String(index + 1),
    String(effect.quieted.length),
    String(effect.compared),
    String(effect.alerts_fewer.length),
    String(effect.false_alarms.length),
    String(lost.size),
    sentence,
  ];
}
