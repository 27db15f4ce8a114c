import { ModelList, TrainingRequested } from '../../contract/model.ts';
import { UsageError } from '../failure.ts';
import { print, printJson } from '../output.ts';
import { type ClientOptions, createServerClient, pages } from '../server-client.ts';

export interface TrainOptions extends ClientOptions {
  readonly series?: string;
  readonly all?: boolean;
}

/** `train` */
export async function trainCommand(options: TrainOptions): Promise<void> {
  const wanted = options.series === undefined ? undefined : Number(options.series);
  if ((wanted === undefined) === (options.all !== true)) {
    throw new UsageError('Cannot train: say which with --series ID, or --all');
  }
  const client = createServerClient(options);
  // One model of each series stands for it: a training renews all of them.
  const models = new Map<number, number>();
  const ask = (part: string) => client.get(`/api/v1/models?active_only=true&${part}`, ModelList);
  for await (const page of pages(ask, ({ models: rows }) => rows)) {
    for (const { id, series_id: series } of page) {
      if (series !== null && (wanted === undefined || series === wanted)) models.set(series, id);
    }
  }
  if (models.size === 0) {
    throw new Error(
      wanted === undefined
        ? 'Nothing to train: no series has a model yet, see "saimon status" for how far they are'
        : `Cannot train series ${wanted}: it has no model yet, see "saimon status" for how far it is`,
    );
  }
  for (const id of models.values())
    await client.post(`/api/v1/models/${id}/train`, TrainingRequested);
  const series = [...models.keys()];
  if (options.json) printJson({ queued: series });
  else print(`Training of ${series.length} series queued, see ${client.url}/api/v1/training-jobs`);
}
