import { Status } from '../../contract/status.ts';
import { countAnomalies } from '../../store/anomalies-table.ts';
import { countActiveModels } from '../../store/models-table.ts';
import { countSeriesByState, newestSampleTime } from '../../store/series-table.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { checkDependencies } from '../dependency-checks.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { dependencyFindings, detectionFindings } from '../findings.ts';
import { iso } from '../wire/iso.ts';

/** GET /api/v1/status: what the doctor would say of this process, its configuration and its own metrics. */
export function statusRoutes(api: FastifyApi, dependencies: ApiDependencies): void {
  const { database, clock, telemetry, version, minSamples, diagnose, configuration, watching } =
    dependencies;
  const startedAtMs = clock.now();

  api.get(
    '/api/v1/status',
    {
      schema: {
        tags: ['operation'],
        summary: 'What the doctor finds, the configuration in force, our own metrics',
        response: { 200: Status },
      },
    },
    async () => {
      const [own, checks, found, metrics] = await Promise.all([
        diagnose(),
        checkDependencies(dependencies),
        count(),
        telemetry.registry.getMetricsAsJSON(),
      ]);
      return {
        version,
        started_at: iso(startedAtMs),
        findings: [
          ...own,
          ...dependencyFindings(checks),
          ...detectionFindings(found, {
            minSamples,
            nowMs: clock.now(),
            inferEveryMs: watching().inferEveryMs,
          }),
        ],
        configuration: configuration(),
        metrics: metrics.map(({ name, help, values }) => ({ name, help, values: told(values) })),
      };
    },
  );

  async function count() {
    const [states, models, anomalies, newestSampleMs] = await Promise.all([
      countSeriesByState(database),
      countActiveModels(database),
      countAnomalies(database),
      newestSampleTime(database),
    ]);
    return {
      series: sum(Object.values(states)),
      models,
      newestSampleMs,
      anomalies: sum(anomalies.map(({ found }) => found)),
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

interface Measured {
  readonly labels: Partial<Record<string, string | number>>;
  readonly value: number;
  /** Of a histogram: which of its parts this is. */
  readonly metricName?: string;
}

/** Values with their labels; of a histogram the sum with its count, without the buckets. */
function told(values: readonly Measured[]): Status['metrics'][number]['values'] {
  const counts = new Map(
    values
      .filter(({ metricName }) => metricName?.endsWith('_count') === true)
      .map(({ labels, value }) => [JSON.stringify(labels), value]),
  );
  return values
    .filter(({ metricName }) => metricName === undefined || !/_(bucket|count)$/.test(metricName))
    .map(({ labels, value, metricName }) => ({
      labels: Object.fromEntries(
        Object.entries(labels).map(([name, text]) => [name, String(text)]),
      ),
      value,
      ...(metricName?.endsWith('_sum') === true && {
        count: counts.get(JSON.stringify(labels)) ?? 0,
      }),
    }));
}
