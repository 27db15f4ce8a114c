import * as z from 'zod';
import { type Model, ModelList, ModelRolledBack, TrainingRequested } from '../../contract/model.ts';
import { print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient, everyRow, idOf } from '../server-client.ts';

export interface ListOptions extends ClientOptions {
  readonly active?: boolean;
}

export interface RollbackOptions extends ClientOptions {
  readonly to?: string;
}

const LIST = 'saimon models list';

/** What a version keeps of how it was judged when it was new. */
const Judged = z.object({
  comparison: z.object({
    why: z.string(),
    challenger: z.object({ false_alarms: z.number() }).optional(),
    champion: z.object({ false_alarms: z.number() }).optional(),
  }),
});

/** `models list` */
export function listCommand(options: ListOptions): Promise<void> {
  return show(`/api/v1/models?active_only=${options.active === true}`, options);
}

/** `models versions ID` */
export function versionsCommand(id: string, options: ClientOptions): Promise<void> {
  return show(`/api/v1/models/${idOf(id, LIST)}/versions?`, options);
}

/** `models rollback ID [--to VERSION]` */
export async function rollbackCommand(id: string, options: RollbackOptions): Promise<void> {
  const query = options.to === undefined ? '' : `?version=${encodeURIComponent(options.to)}`;
  const path = `/api/v1/models/${idOf(id, LIST)}/rollback${query}`;
  const answer = await createServerClient(options).post(path, ModelRolledBack);
  if (options.json) printJson(answer);
  else print(answer.message);
}

/** `models train ID` */
export async function trainModelCommand(id: string, options: ClientOptions): Promise<void> {
  const client = createServerClient(options);
  const answer = await client.post(`/api/v1/models/${idOf(id, LIST)}/train`, TrainingRequested);
  if (options.json) printJson(answer);
  else print(`${answer.message}, see ${client.url}/api/v1/training-jobs`);
}

async function show(path: string, options: ClientOptions): Promise<void> {
  const client = createServerClient(options);
  const ask = (part: string) => client.get(`${path}&${part}`, ModelList);
  const models = await everyRow(ask, (list) => list.models);
  if (options.json) printJson({ total: models.length, models });
  else
    print(models.length === 0 ? 'No model yet, see "saimon status"' : table(HEAD, models.map(row)));
}

const HEAD = ['ID', 'MODEL', 'VERSION', 'IN FORCE', 'TRAINED', 'FALSE ALARMS', 'WHY'];

function row(model: Model): string[] {
  const { comparison } = Judged.safeParse(model.performance_metrics).data ?? {};
  const { challenger, champion } = comparison ?? {};
  const alarms =
    challenger && champion ? `${challenger.false_alarms} (before ${champion.false_alarms})` : '–';
  const force = model.is_active
    ? `by ${model.activated_by}`
    : model.activated_by
      ? 'before'
      : 'never';
  const trained = model.trained_at.slice(0, 16).replace('T', ' ');
  return [
    String(model.id),
    model.name,
    model.version,
    force,
    trained,
    alarms,
    comparison?.why ?? '',
  ];
}
