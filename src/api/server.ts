import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import fastify from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { auditRequests } from './audit-requests.ts';
import { changesAsOne } from './changes-as-one.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answerFailures } from './failures.ts';
import type { FastifyApi } from './fastify-api.ts';
import { observeRequests } from './observe-requests.ts';
import { openApiRoute, registerOpenApi } from './openapi.ts';
import { alertBudgetRoutes } from './routes/alert-budget.ts';
import { alertmanagerHookRoutes } from './routes/alertmanager-hook.ts';
import { alertRoutes } from './routes/alerts.ts';
import { anomalyRoutes } from './routes/anomalies.ts';
import { auditRoutes } from './routes/audit.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { calendarRoutes } from './routes/calendars.ts';
import { channelRoutes } from './routes/channels.ts';
import { costRoutes } from './routes/costs.ts';
import { entityRoutes } from './routes/entities.ts';
import { eventRoutes } from './routes/events.ts';
import { explanationRoutes } from './routes/explanations.ts';
import { forecastRoutes } from './routes/forecast.ts';
import { hookRoutes } from './routes/hooks.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { maintenanceWindowRoutes } from './routes/maintenance-windows.ts';
import { matchesRoutes } from './routes/matches.ts';
import { metricRoutes } from './routes/metrics.ts';
import { modelRoutes } from './routes/models.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { operationRoutes } from './routes/operation.ts';
import { ownMetricsRoutes } from './routes/own-metrics.ts';
import { prometheusRoutes } from './routes/prometheus.ts';
import { queryRoutes } from './routes/queries.ts';
import { reportRoutes } from './routes/reports.ts';
import { ruleRoutes } from './routes/rules.ts';
import { scheduleRoutes } from './routes/schedule.ts';
import { seriesRoutes } from './routes/series.ts';
import { seriesContextRoutes } from './routes/series-context.ts';
import { silenceRoutes } from './routes/silences.ts';
import { slackHookRoutes } from './routes/slack-hook.ts';
import { statusRoutes } from './routes/status.ts';
import { streamRoutes } from './routes/stream.ts';
import { trainingJobRoutes } from './routes/training-jobs.ts';
import { truthIncidentRoutes } from './routes/truth-incidents.ts';
import { uiRoutes } from './routes/ui.ts';
import { verdictRoutes } from './routes/verdicts.ts';
import { secureAnswers } from './security-headers.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** The REST API, ready to `listen`; `close()` ends streams and open requests. */
export async function createServer(parts: ApiDependencies): Promise<FastifyApi> {
  const dependencies = changesAsOne(parts);
  const api: FastifyApi = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { ignoreTrailingSlash: true },
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  // NaN and the infinities become null; the compiler has checked the shape already.
  api.setSerializerCompiler(() => JSON.stringify);
  acceptEmptyBodies(api);
  answerFailures(api, dependencies);
  observeRequests(api, dependencies);
  auditRequests(api, dependencies);
  secureAnswers(api);
  if (dependencies.corsOrigins.length > 0) await api.register(cors, corsOf(dependencies));
  await registerOpenApi(api, dependencies);

  openApiRoute(api);
  uiRoutes(api);
  operationRoutes(api, dependencies);
  ownMetricsRoutes(api, dependencies);
  statusRoutes(api, dependencies);
  metricRoutes(api, dependencies);
  anomalyRoutes(api, dependencies);
  explanationRoutes(api, dependencies);
  verdictRoutes(api, dependencies);
  ruleRoutes(api, dependencies);
  modelRoutes(api, dependencies);
  trainingJobRoutes(api, dependencies);
  costRoutes(api, dependencies);
  backtestRoutes(api, dependencies);
  alertRoutes(api, dependencies);
  incidentRoutes(api, dependencies);
  alertBudgetRoutes(api, dependencies);
  seriesRoutes(api, dependencies);
  scheduleRoutes(api, dependencies);
  seriesContextRoutes(api, dependencies);
  forecastRoutes(api, dependencies);
  entityRoutes(api, dependencies);
  queryRoutes(api, dependencies);
  eventRoutes(api, dependencies);
  maintenanceWindowRoutes(api, dependencies);
  calendarRoutes(api, dependencies);
  silenceRoutes(api, dependencies);
  matchesRoutes(api, dependencies);
  channelRoutes(api, dependencies);
  notificationRoutes(api, dependencies);
  auditRoutes(api, dependencies);
  await hookRoutes(api, dependencies);
  await slackHookRoutes(api, dependencies);
  await alertmanagerHookRoutes(api, dependencies);
  truthIncidentRoutes(api, dependencies);
  reportRoutes(api, dependencies);
  await prometheusRoutes(api, dependencies);
  streamRoutes(api, dependencies);
  await api.ready();
  return api;
}

function corsOf({ corsOrigins }: Pick<ApiDependencies, 'corsOrigins'>) {
  return {
    origin: corsOrigins.includes('*') ? '*' : [...corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after'],
  };
}

/** Many clients name a content type on a POST without a body. */
function acceptEmptyBodies(api: FastifyApi): void {
  const parse = api.getDefaultJsonParser('error', 'error');
  api.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, String(body), done);
  });
}
